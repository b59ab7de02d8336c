# Die Texte auf Deutsch. Anrede: Sie. Anführungszeichen „ “, Apostroph ’.

## Sprache

language-name = Deutsch
language-direction = ltr

## Datum

month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
list-comma = { ", " }
date-long = { $day }. { $month } { $year }
date-moment = { $date } um { $hour }:{ $minute } Uhr ({ $zone })

## E-Mails: was allen gemeinsam ist

mail-greeting = Guten Tag,
mail-greeting-name = Guten Tag { $name },
mail-expiry = Dieser Link gilt bis { $date } und funktioniert nur einmal.
mail-link-fallback = Falls die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:
mail-label = { $label }:
mail-label-login = Benutzername
mail-label-password = Passwort
mail-label-starts = Beginn
mail-label-roles = Rolle
mail-label-finished = Abgeschlossen
mail-label-created = Hinzugefügt
mail-label-updated = Geändert
mail-label-unchanged = Unverändert
mail-label-rejected = Abgelehnt
mail-label-line = Zeile { $line }
mail-label-line-column = Zeile { $line }, Spalte { $column }
mail-label-more = Weitere abgelehnte Zeilen
mail-label-failed = Nicht zugestellte Nachrichten
mail-label-bounced = Zurückgekommene Nachrichten
mail-label-webhooks = Webhooks, die keine Ereignisse mehr erhalten
mail-label-conflicts = Abgelehnte Änderungen
mail-label-adopted = Von einer Verbindung übernommene Personen
mail-label-parked = Löschungen, die auf Sie warten
mail-signature = Das Team von { $tenant }
mail-footer = Diese Nachricht wurde automatisch von { $tenant } gesendet.
mail-footer-reply = Haben Sie eine Frage? Antworten Sie einfach auf diese Nachricht.

## E1: Einladung zur Plattform

mail-e1-subject = Ihre Einladung zu { $tenant }
mail-e1-title = Sie sind zu { $tenant } eingeladen
mail-e1-intro = Bei { $tenant } wartet ein Konto auf Sie. Um es zu eröffnen, nennen Sie uns Ihren Namen und wählen Sie ein Passwort. Das dauert etwa eine Minute.
mail-e1-intro-by = { $inviter } hat Sie zu { $tenant } eingeladen. Um Ihr Konto zu eröffnen, nennen Sie uns Ihren Namen und wählen Sie ein Passwort. Das dauert etwa eine Minute.
mail-e1-detail = Ihr Konto wird erst aktiv, wenn Sie dieses Formular ausgefüllt haben.
mail-e1-button = Einladung annehmen
mail-e1-reason = Sie erhalten diese Nachricht, weil Ihre Organisation Sie zu { $tenant } eingeladen hat. Falls Sie sie nicht erwartet haben, können Sie sie ignorieren; es geschieht dann nichts.

## E2: Einladung aus einer Gruppe

mail-e2-subject = Ihre Einladung zu { $group } bei { $tenant }
mail-e2-title = Sie sind zu { $group } eingeladen
mail-e2-intro = Die Gruppe { $group } bei { $tenant } wartet auf Sie. Um beizutreten, nennen Sie uns Ihren Namen und wählen Sie ein Passwort. Das dauert etwa eine Minute.
mail-e2-intro-by = { $inviter } hat Sie in die Gruppe { $group } bei { $tenant } eingeladen. Um beizutreten, nennen Sie uns Ihren Namen und wählen Sie ein Passwort. Das dauert etwa eine Minute.

## E3: Einladung aus einem Kurstermin

mail-e3-subject = { $inviter } lädt Sie zu { $session } ein
mail-e3-title = Sie sind zu { $session } eingeladen
mail-e3-intro = { $inviter } hat Sie bei { $tenant } für { $session } angemeldet. Um teilzunehmen, nennen Sie uns Ihren Namen und wählen Sie ein Passwort. Das dauert etwa eine Minute.

## E4: Erinnerung

mail-e4-subject = Ihre Einladung zu { $tenant } wartet noch
mail-e4-title = Ihr Konto wartet noch
mail-e4-intro = { $days ->
    [one] Sie haben noch einen Tag Zeit, Ihre Einladung zu { $tenant } anzunehmen. Um Ihr Konto zu eröffnen, nennen Sie uns Ihren Namen und wählen Sie ein Passwort.
   *[other] Sie haben noch { $days } Tage Zeit, Ihre Einladung zu { $tenant } anzunehmen. Um Ihr Konto zu eröffnen, nennen Sie uns Ihren Namen und wählen Sie ein Passwort.
}

## E5: Einladung noch einmal

mail-e5-detail = Dieser Link ersetzt den aus unserer früheren Nachricht; jener funktioniert nicht mehr.

## Einladungen, bei denen man sich mit dem Firmenkonto anmeldet (was von e1 bis e4 abweicht)

mail-sso-e1-intro = Ihre Organisation hat bei { $tenant } ein Konto für Sie vorgesehen. Melden Sie sich mit Ihrem Firmenkonto an, um es zu eröffnen; ein weiteres Passwort brauchen Sie nicht.
mail-sso-e1-intro-by = { $inviter } hat Sie zu { $tenant } eingeladen. Melden Sie sich mit Ihrem Firmenkonto an, um Ihr Konto dort zu eröffnen; ein weiteres Passwort brauchen Sie nicht.
mail-sso-e2-intro = Die Gruppe { $group } bei { $tenant } wartet auf Sie. Um beizutreten, melden Sie sich mit Ihrem Firmenkonto an; ein weiteres Passwort brauchen Sie nicht.
mail-sso-e2-intro-by = { $inviter } hat Sie in die Gruppe { $group } bei { $tenant } eingeladen. Um beizutreten, melden Sie sich mit Ihrem Firmenkonto an; ein weiteres Passwort brauchen Sie nicht.
mail-sso-e3-intro = { $inviter } hat Sie bei { $tenant } für { $session } angemeldet. Um teilzunehmen, melden Sie sich mit Ihrem Firmenkonto an; ein weiteres Passwort brauchen Sie nicht.
mail-sso-e4-intro = { $days ->
    [one] Sie haben noch einen Tag Zeit, Ihre Einladung zu { $tenant } anzunehmen. Melden Sie sich mit Ihrem Firmenkonto an, um Ihr Konto zu eröffnen.
   *[other] Sie haben noch { $days } Tage Zeit, Ihre Einladung zu { $tenant } anzunehmen. Melden Sie sich mit Ihrem Firmenkonto an, um Ihr Konto zu eröffnen.
}
mail-sso-e10-invite-intro = Ihre Organisation hat Sie erneut zu { $tenant } hinzugefügt. Melden Sie sich mit Ihrem Firmenkonto an, um Ihr Konto zu eröffnen.
mail-sso-detail = Ihr Konto wird erst aktiv, wenn Sie sich angemeldet haben.
mail-sso-button = Mit dem Firmenkonto anmelden
mail-sso-e6-detail = Melden Sie sich mit Ihrem Firmenkonto an; ein weiteres Passwort brauchen Sie nicht.
mail-sso-reset-subject = So melden Sie sich bei { $tenant } an
mail-sso-reset-title = Melden Sie sich mit Ihrem Firmenkonto an
mail-sso-reset-intro = Sie haben für Ihr Konto bei { $tenant } ein neues Passwort angefordert. Dort brauchen Sie keines: Melden Sie sich mit Ihrem Firmenkonto an.
mail-sso-reset-detail = Falls Sie das nicht waren, müssen Sie nichts tun. Wenn Sie das Passwort Ihres Firmenkontos vergessen haben, wenden Sie sich an die Stelle in Ihrer Organisation, die es betreut.

## E9: Bericht über einen Import

mail-e9-subject = Ihr Import in { $tenant } ist abgeschlossen
mail-e9-title = Ihr Import ist abgeschlossen
mail-e9-intro = { $count ->
    [one] Eine Zeile Ihrer Datei wurde gelesen. Das ist das Ergebnis.
   *[other] { $count } Zeilen Ihrer Datei wurden gelesen. Das ist das Ergebnis.
}
mail-e9-detail = { $rejected ->
    [0] Keine Zeile wurde abgelehnt. Sie müssen nichts weiter tun.
    [one] Die abgelehnte Zeile hat nichts verändert. Berichtigen Sie sie und importieren Sie die Datei erneut; was schon vorhanden ist, wird nicht doppelt hinzugefügt.
   *[other] Die abgelehnten Zeilen haben nichts verändert. Berichtigen Sie sie und importieren Sie die Datei erneut; was schon vorhanden ist, wird nicht doppelt hinzugefügt.
}
mail-e9-button = Anmelden
mail-e9-reason = Sie erhalten diese Nachricht, weil Sie eine Datei in { $tenant } importiert haben.

## E10: Willkommen zurück

mail-e10-subject = Willkommen zurück bei { $tenant }
mail-e10-title = Willkommen zurück
mail-e10-intro = Ihre Organisation hat Sie erneut zu { $tenant } hinzugefügt, mit einem neuen Konto.
mail-e10-invite-intro = Ihre Organisation hat Sie erneut zu { $tenant } hinzugefügt. Um Ihr Konto zu eröffnen, nennen Sie uns Ihren Namen und wählen Sie ein Passwort. Das dauert etwa eine Minute.

## E11: in einer Gruppe

mail-e11-subject = Sie gehören jetzt zu { $group }
mail-e11-title = Sie gehören jetzt zu { $group }
mail-e11-intro = Sie wurden bei { $tenant } in die Gruppe { $group } aufgenommen. Sie finden sie bei Ihrer nächsten Anmeldung.
mail-e11-detail = Sie müssen nichts weiter tun.
mail-e11-button = Anmelden
mail-e11-reason = Sie erhalten diese Nachricht, weil Sie ein Konto bei { $tenant } haben.

## E12: für einen Kurstermin angemeldet

mail-e12-subject = Sie sind für { $session } angemeldet
mail-e12-title = Sie sind für { $session } angemeldet
mail-e12-intro = { $inviter } hat Sie bei { $tenant } für { $session } angemeldet.
mail-e12-detail = Sie müssen nichts weiter tun.
mail-e12-button = Anmelden
mail-e12-reason = Sie erhalten diese Nachricht, weil Sie ein Konto bei { $tenant } haben.

## E14: gesperrt, gelöscht, zurückgezogen

mail-e14-suspended-subject = Ihr Konto bei { $tenant } ist gesperrt
mail-e14-suspended-title = Ihr Konto ist gesperrt
mail-e14-suspended-intro = Sie können sich bei { $tenant } nicht anmelden, bis Ihr Konto wieder freigegeben ist.
mail-e14-deleted-subject = Ihr Konto bei { $tenant } ist gelöscht
mail-e14-deleted-title = Ihr Konto ist gelöscht
mail-e14-deleted-intro = Sie können sich bei { $tenant } nicht mehr anmelden.
mail-e14-cancelled-subject = Ihre Einladung zu { $tenant } wurde zurückgezogen
mail-e14-cancelled-title = Ihre Einladung wurde zurückgezogen
mail-e14-cancelled-intro = Der Link aus unserer früheren Nachricht funktioniert nicht mehr.
mail-e14-detail = Falls Sie das für einen Irrtum halten, wenden Sie sich an die Person, die { $tenant } in Ihrer Organisation betreut.
mail-e14-reason = Sie erhalten diese Nachricht, weil Sie bei { $tenant } ein Konto oder eine Einladung hatten.

## E15: für Administratoren

mail-e15-subject = { $tenant } braucht Ihre Aufmerksamkeit
mail-e15-title = Etwas braucht Ihre Aufmerksamkeit
mail-e15-intro = { $count ->
    [0] Seit unserer letzten Nachricht ist bei { $tenant } Folgendes geschehen, das vielleicht Ihre Aufmerksamkeit braucht.
    [one] Eine Nachricht wird zurückgehalten und wartet darauf, dass Sie sie freigeben oder verwerfen.
   *[other] { $count } Nachrichten werden zurückgehalten und warten darauf, dass Sie sie freigeben oder verwerfen.
}
mail-e15-detail = Nachrichten werden zurückgehalten, wenn in einer Stunde mehr anfallen, als das Kontingent erlaubt, oder wenn Benachrichtigungen angehalten sind. Die Konten selbst sind fertig eingerichtet.
mail-e15-detail-none-held = Melden Sie sich an, um die Einzelheiten zu sehen und was Sie tun können.
mail-e15-parked = Löschungen werden angehalten, wenn auf einmal mehr Personen zu ihrem Datum gelöscht würden, als der Bereich erlaubt. Niemand wird gelöscht, solange Sie die Löschungen nicht freigeben, und alle bleiben, wenn Sie sie verwerfen: über die API oder mit dem Befehl „usher deletions“.
mail-e15-button = Anmelden
mail-e15-reason = Sie erhalten diese Nachricht, weil Sie { $tenant } verwalten.

## ADDRESS: an die alte Adresse

mail-address-subject = Die Adresse Ihres Kontos bei { $tenant } hat sich geändert
mail-address-title = Ihre Adresse hat sich geändert
mail-address-intro = Ihre Organisation hat für Ihr Konto bei { $tenant } eine andere Adresse eingetragen. Unsere Nachrichten gehen von nun an dorthin.
mail-address-detail = Falls Sie das für einen Irrtum halten, wenden Sie sich an die Person, die { $tenant } in Ihrer Organisation betreut.
mail-address-reason = Sie erhalten diese Nachricht, weil Ihr Konto bei { $tenant } bisher diese Adresse hatte.

## E6: angelegt; das Passwort ist bekannt, oder ein anderes System meldet an

mail-e6-subject = Ihr Konto bei { $tenant } ist bereit
mail-e6-title = Ihr Konto ist bereit
mail-e6-intro = Ihre Organisation hat bei { $tenant } ein Konto für Sie eingerichtet. Sie können sofort beginnen.
mail-e6-detail = Melden Sie sich mit Ihrem Firmenkonto an oder mit dem Passwort, das Sie erhalten haben. Falls Sie keines haben, wählen Sie auf der Anmeldeseite „Passwort vergessen?“.
mail-e6-button = Anmelden
mail-e6-reason = Sie erhalten diese Nachricht, weil Ihre Organisation bei { $tenant } ein Konto für Sie angelegt hat.

## E7: angelegt mit einem erzeugten Passwort

mail-e7-subject = Ihre Zugangsdaten für { $tenant }
mail-e7-title = Ihr Konto ist bereit
mail-e7-intro = Ihre Organisation hat bei { $tenant } ein Konto für Sie eingerichtet. Hier ist, was Sie für die erste Anmeldung brauchen.
mail-e7-detail = Dieses Passwort gilt nur für Ihre erste Anmeldung: Danach wählen Sie Ihr eigenes. Bitte leiten Sie diese Nachricht nicht weiter.
mail-e7-button = Anmelden
mail-e7-reason = Sie erhalten diese Nachricht, weil Ihre Organisation bei { $tenant } ein Konto für Sie angelegt hat.

## E8: angelegt ohne Passwort

mail-e8-subject = Wählen Sie Ihr Passwort für { $tenant }
mail-e8-title = Nur noch ein Schritt
mail-e8-intro = Ihre Organisation hat bei { $tenant } ein Konto für Sie eingerichtet. Wählen Sie ein Passwort, und schon sind Sie dabei.
mail-e8-detail = Falls der Link abgelaufen ist, fordern Sie auf der Anmeldeseite mit „Passwort vergessen?“ einen neuen an.
mail-e8-button = Passwort wählen
mail-e8-reason = Sie erhalten diese Nachricht, weil Ihre Organisation bei { $tenant } ein Konto für Sie angelegt hat.

## E13: das Konto wird gelöscht

mail-e13-subject = Ihr Konto bei { $tenant } wird am { $date } gelöscht
mail-e13-title = Ihr Konto wird bald geschlossen
mail-e13-intro = Ihr Konto bei { $tenant } wird am { $date } gelöscht. Von diesem Tag an können Sie sich nicht mehr anmelden.
mail-e13-detail = Möchten Sie etwas behalten? Bitte sichern Sie es vorher. Falls Sie das für einen Irrtum halten, wenden Sie sich an die Person, die { $tenant } in Ihrer Organisation betreut.
mail-e13-button = Zu { $tenant }
mail-e13-reason = Sie erhalten diese Nachricht, weil Ihre Organisation für Ihr Konto bei { $tenant } ein Enddatum festgelegt hat.

## RESET: Passwort vergessen

mail-reset-subject = Wählen Sie ein neues Passwort für { $tenant }
mail-reset-title = Wählen Sie ein neues Passwort
mail-reset-intro = Sie haben für Ihr Konto bei { $tenant } ein neues Passwort angefordert. Hier können Sie es wählen.
mail-reset-detail = Falls Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.
mail-reset-button = Neues Passwort wählen
mail-reset-reason = Sie erhalten diese Nachricht, weil jemand mit Ihrer Adresse ein neues Passwort angefordert hat.

## Felder und Dinge

label-last-name = Nachname
label-first-name = Vorname
label-email = E-Mail-Adresse
label-user-name = Benutzername
label-password = Passwort
label-new-password = Neues Passwort
label-email-or-user-name = E-Mail-Adresse oder Benutzername
label-groups = Gruppen
label-language = Sprache
label-show-password = Passwort anzeigen

## Schaltflächen und Links

action-submit-invite = Mein Konto eröffnen
action-submit-password = Speichern und anmelden
action-sign-in = Anmelden
action-sign-out = Abmelden
action-forgot = Passwort vergessen?
action-send-link = Link anfordern
action-back-to-sign-in = Zurück zur Anmeldung
action-sign-in-sso = Weiter mit meinem Firmenkonto
action-continue = Weiter

## Rollen

role-learner = Lernende/r
role-author = Autor/in
role-coach = Coach
role-useradmin = Benutzerverwaltung
role-admin = Administration
role-owner = Inhaber/in

## Das Einladungsformular

page-invite-title = Willkommen bei { $tenant }
page-invite-intro = Nennen Sie uns Ihren Namen und wählen Sie ein Passwort, und Ihr Konto ist eröffnet.
page-invite-sso-intro = Melden Sie sich mit Ihrem Firmenkonto an, und Ihr Konto ist eröffnet.
page-invite-for = Diese Einladung gilt für { $email }.
page-password-hint = Mindestens 12 Zeichen. Drei oder vier Wörter ohne Zusammenhang ergeben ein gutes Passwort.

## Die Seite für das Passwort

page-set-password-title = Wählen Sie Ihr Passwort
page-set-password-intro = Für Ihr Konto bei { $tenant }, { $email }.
page-set-password-mailed = Das Passwort, das wir Ihnen geschickt haben, galt nur für die erste Anmeldung. Wählen Sie eines, das nur Sie kennen.
page-set-password-sso = Für Ihr Konto bei { $tenant } brauchen Sie kein Passwort: Melden Sie sich mit Ihrem Firmenkonto an.

## Anmeldung

page-sign-in-title = Anmelden
page-sign-in-title-tenant = Anmelden bei { $tenant }
page-sign-in-intro = Schön, Sie zu sehen.

## Vergessene Passwörter und verlorene Links

page-forgot-title = Passwort vergessen?
page-forgot-intro = Nennen Sie uns die Adresse, an die unsere E-Mails gehen. Wir senden Ihnen einen Link, mit dem Sie ein neues Passwort wählen, oder, falls Sie Ihre Einladung noch nicht angenommen haben, eine neue Einladung.
page-forgot-done-title = Sehen Sie in Ihr Postfach
page-forgot-done = Falls es zu dieser Adresse ein Konto gibt, ist eine Nachricht mit einem Link unterwegs. Das kann einige Minuten dauern. Es kommt nichts an? Sehen Sie im Spam-Ordner nach oder fragen Sie dort, wo man Sie eingeladen hat.

## Links, die nicht mehr funktionieren

page-dead-link-title = Dieser Link funktioniert nicht mehr
page-dead-link-text = Vielleicht wurde er schon benutzt oder durch einen neueren ersetzt, oder er ist abgelaufen. Falls Ihr Konto eröffnet ist, melden Sie sich einfach an.
page-dead-link-new-title = Brauchen Sie einen neuen Link?
page-dead-link-new = Nennen Sie uns Ihre Adresse, und wir senden Ihnen einen.

## Die Seite angemeldeter Personen

page-me-title = Ihr Konto
page-me-welcome = Willkommen!
page-me-welcome-name = Willkommen, { $name }!
page-me-intro = Sie sind bei { $tenant } angemeldet.
page-me-details = Ihre Angaben
page-me-groups = Ihre Gruppen
page-me-no-groups = Sie sind noch in keiner Gruppe.
page-me-deletion = Ihr Konto wird am { $date } gelöscht.
page-password-changed-title = Ihr Passwort ist gespeichert
page-password-changed = Melden Sie sich von nun an mit Ihrem neuen Passwort an.
page-must-change-title = Wählen Sie Ihr eigenes Passwort
page-must-change-intro = Das Passwort aus Ihrer E-Mail galt nur für die erste Anmeldung.
page-signed-out-title = Sie sind abgemeldet
page-signed-out = Bis bald!

## Was an einer Antwort nicht stimmt

error-summary = Bitte sehen Sie noch einmal nach:
error-first-name-missing = Bitte geben Sie Ihren Vornamen ein.
error-last-name-missing = Bitte geben Sie Ihren Nachnamen ein.
error-first-name-long = Dieser Vorname ist zu lang.
error-last-name-long = Dieser Nachname ist zu lang.
error-name-invalid = Ein Name kann keine Internetadressen und keine ungewöhnlichen Zeichen enthalten.
error-email-missing = Bitte geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein.
error-password-missing = Bitte geben Sie ein Passwort ein.
error-password-short = Dieses Passwort ist zu kurz: Es braucht mindestens 12 Zeichen.
error-password-long = Dieses Passwort ist zu lang.
error-password-weak = Dieses Passwort ist zu leicht zu erraten. Versuchen Sie es mit drei oder vier Wörtern ohne Zusammenhang.
error-password-same = Das ist das Passwort, das wir Ihnen gesendet haben. Bitte wählen Sie ein anderes, das nur Sie kennen.
error-password-personal = Dieses Passwort enthält Ihren Namen oder Ihre Adresse. Bitte wählen Sie etwas, das niemand mit Ihnen verbindet.
error-credentials = Das passt nicht zusammen. Prüfen Sie Benutzernamen und Passwort.
error-busy = Gerade ist hier viel los. Bitte versuchen Sie es gleich noch einmal.
error-form-expired = Diese Seite war zu lange geöffnet. Bitte senden Sie das Formular noch einmal ab.

## Anfragen, die misslungen sind

page-400-title = Das haben wir nicht verstanden
page-400-text = Ihr Browser hat etwas gesendet, das wir nicht lesen können. Bitte gehen Sie zurück und versuchen Sie es noch einmal.
page-403-title = Diese Seite ist Ihnen nicht zugänglich
page-403-text = Sie sind angemeldet, haben aber keinen Zugang zu dieser Seite.
page-404-title = Hier ist nichts
page-404-text = Diese Seite gibt es nicht oder nicht mehr. Prüfen Sie die Adresse, oder beginnen Sie auf der Anmeldeseite.
page-429-title = Einen Augenblick, bitte
page-429-text = Das waren viele Anfragen in kurzer Zeit. Bitte warten Sie eine Minute und versuchen Sie es noch einmal.
page-500-title = Etwas ist schiefgegangen
page-500-text = Das liegt an uns, nicht an Ihnen, und der Fehler wurde festgehalten. Bitte versuchen Sie es in einigen Minuten noch einmal.
page-503-title = Gleich wieder da
page-503-text = Gerade ist hier sehr viel los. Bitte versuchen Sie es gleich noch einmal.
