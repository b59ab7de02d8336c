# De teksten in het Nederlands. Aanspreekvorm: u. Aanhalingstekens ‘ ’, apostrof ’.

## Taal

language-name = Nederlands
language-direction = ltr

## Datums

month-1 = januari
month-2 = februari
month-3 = maart
month-4 = april
month-5 = mei
month-6 = juni
month-7 = juli
month-8 = augustus
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
list-comma = { ", " }
date-long = { $day } { $month } { $year }
date-moment = { $date } om { $hour }.{ $minute } uur ({ $zone })

## E-mails: wat ze delen

mail-greeting = Goedendag,
mail-greeting-name = Beste { $name },
mail-expiry = Deze link werkt tot { $date }, en maar één keer.
mail-link-fallback = Werkt de knop niet? Kopieer dan dit adres naar uw browser:
mail-label = { $label }:
mail-label-login = Gebruikersnaam
mail-label-password = Wachtwoord
mail-label-starts = Begint op
mail-label-roles = Rol
mail-label-finished = Voltooid
mail-label-created = Toegevoegd
mail-label-updated = Gewijzigd
mail-label-unchanged = Ongewijzigd
mail-label-rejected = Geweigerd
mail-label-line = Regel { $line }
mail-label-line-column = Regel { $line }, kolom { $column }
mail-label-more = Overige geweigerde rijen
mail-label-failed = Niet bezorgde berichten
mail-label-bounced = Teruggekomen berichten
mail-label-webhooks = Webhooks die geen gebeurtenissen meer krijgen
mail-label-conflicts = Geweigerde wijzigingen
mail-label-adopted = Door een koppeling overgenomen personen
mail-label-parked = Verwijderingen die op u wachten
mail-signature = Het team van { $tenant }
mail-footer = Dit bericht is automatisch verzonden door { $tenant }.
mail-footer-reply = Hebt u een vraag? Beantwoord dan gewoon dit bericht.

## E1: uitgenodigd voor het platform

mail-e1-subject = Uw uitnodiging voor { $tenant }
mail-e1-title = U bent uitgenodigd voor { $tenant }
mail-e1-intro = Bij { $tenant } staat een account voor u klaar. Vul uw naam in en kies een wachtwoord om het te openen. Dat duurt ongeveer een minuut.
mail-e1-intro-by = { $inviter } heeft u uitgenodigd voor { $tenant }. Vul uw naam in en kies een wachtwoord om uw account te openen. Dat duurt ongeveer een minuut.
mail-e1-detail = Uw account wordt pas actief als u dit formulier hebt ingevuld.
mail-e1-button = Uitnodiging aannemen
mail-e1-reason = U ontvangt dit bericht omdat uw organisatie u heeft uitgenodigd voor { $tenant }. Verwachtte u het niet? Dan kunt u het negeren; er gebeurt dan niets.

## E2: uitgenodigd vanuit een groep

mail-e2-subject = Uw uitnodiging voor { $group } bij { $tenant }
mail-e2-title = U bent uitgenodigd voor { $group }
mail-e2-intro = De groep { $group } bij { $tenant } wacht op u. Vul uw naam in en kies een wachtwoord om deel te nemen. Dat duurt ongeveer een minuut.
mail-e2-intro-by = { $inviter } heeft u uitgenodigd voor de groep { $group } bij { $tenant }. Vul uw naam in en kies een wachtwoord om deel te nemen. Dat duurt ongeveer een minuut.

## E3: uitgenodigd vanuit een sessie

mail-e3-subject = { $inviter } nodigt u uit voor { $session }
mail-e3-title = U bent uitgenodigd voor { $session }
mail-e3-intro = { $inviter } heeft u bij { $tenant } ingeschreven voor { $session }. Vul uw naam in en kies een wachtwoord om mee te doen. Dat duurt ongeveer een minuut.

## E4: herinnering

mail-e4-subject = Uw uitnodiging voor { $tenant } staat nog open
mail-e4-title = Uw account staat nog klaar
mail-e4-intro = { $days ->
    [one] U hebt nog één dag om uw uitnodiging voor { $tenant } aan te nemen. Vul uw naam in en kies een wachtwoord om uw account te openen.
   *[other] U hebt nog { $days } dagen om uw uitnodiging voor { $tenant } aan te nemen. Vul uw naam in en kies een wachtwoord om uw account te openen.
}

## E5: de uitnodiging opnieuw

mail-e5-detail = Deze link vervangt die uit ons eerdere bericht, die niet meer werkt.

## Uitnodigingen waarbij men inlogt met het bedrijfsaccount (wat afwijkt van e1 tot e4)

mail-sso-e1-intro = Uw organisatie heeft bij { $tenant } een account voor u klaarstaan. Log in met uw bedrijfsaccount om het te openen; een ander wachtwoord hebt u niet nodig.
mail-sso-e1-intro-by = { $inviter } heeft u uitgenodigd voor { $tenant }. Log in met uw bedrijfsaccount om daar uw account te openen; een ander wachtwoord hebt u niet nodig.
mail-sso-e2-intro = De groep { $group } bij { $tenant } wacht op u. Log in met uw bedrijfsaccount om deel te nemen; een ander wachtwoord hebt u niet nodig.
mail-sso-e2-intro-by = { $inviter } heeft u uitgenodigd voor de groep { $group } bij { $tenant }. Log in met uw bedrijfsaccount om deel te nemen; een ander wachtwoord hebt u niet nodig.
mail-sso-e3-intro = { $inviter } heeft u bij { $tenant } ingeschreven voor { $session }. Log in met uw bedrijfsaccount om mee te doen; een ander wachtwoord hebt u niet nodig.
mail-sso-e4-intro = { $days ->
    [one] U hebt nog één dag om uw uitnodiging voor { $tenant } aan te nemen. Log in met uw bedrijfsaccount om uw account te openen.
   *[other] U hebt nog { $days } dagen om uw uitnodiging voor { $tenant } aan te nemen. Log in met uw bedrijfsaccount om uw account te openen.
}
mail-sso-e10-invite-intro = Uw organisatie heeft u opnieuw toegevoegd aan { $tenant }. Log in met uw bedrijfsaccount om uw account te openen.
mail-sso-detail = Uw account wordt pas actief als u bent ingelogd.
mail-sso-button = Inloggen met mijn bedrijfsaccount
mail-sso-e6-detail = Log in met uw bedrijfsaccount; een ander wachtwoord hebt u niet nodig.
mail-sso-reset-subject = Zo logt u in bij { $tenant }
mail-sso-reset-title = Log in met uw bedrijfsaccount
mail-sso-reset-intro = U hebt een nieuw wachtwoord aangevraagd voor uw account bij { $tenant }. Daar hebt u er geen nodig: log in met uw bedrijfsaccount.
mail-sso-reset-detail = Was u dit niet? Dan hoeft u niets te doen. Bent u het wachtwoord van uw bedrijfsaccount vergeten, vraag dan hulp aan wie het in uw organisatie beheert.

## E9: verslag van een import

mail-e9-subject = Uw import in { $tenant } is voltooid
mail-e9-title = Uw import is voltooid
mail-e9-intro = { $count ->
    [one] Er is één rij van uw bestand gelezen. Dit is het resultaat.
   *[other] Er zijn { $count } rijen van uw bestand gelezen. Dit is het resultaat.
}
mail-e9-detail = { $rejected ->
    [0] Er is geen rij geweigerd. U hoeft verder niets te doen.
    [one] De geweigerde rij heeft niets veranderd. Verbeter die en importeer het bestand opnieuw; wat er al is, wordt niet dubbel toegevoegd.
   *[other] De geweigerde rijen hebben niets veranderd. Verbeter ze en importeer het bestand opnieuw; wat er al is, wordt niet dubbel toegevoegd.
}
mail-e9-button = Inloggen
mail-e9-reason = U ontvangt dit bericht omdat u een bestand in { $tenant } hebt geïmporteerd.

## E10: welkom terug

mail-e10-subject = Welkom terug bij { $tenant }
mail-e10-title = Welkom terug
mail-e10-intro = Uw organisatie heeft u opnieuw toegevoegd aan { $tenant }, met een nieuw account.
mail-e10-invite-intro = Uw organisatie heeft u opnieuw toegevoegd aan { $tenant }. Vul uw naam in en kies een wachtwoord om uw account te openen. Dat duurt ongeveer een minuut.

## E11: in een groep

mail-e11-subject = U zit nu in { $group }
mail-e11-title = U zit nu in { $group }
mail-e11-intro = U bent bij { $tenant } toegevoegd aan de groep { $group }. U vindt de groep als u de volgende keer inlogt.
mail-e11-detail = U hoeft verder niets te doen.
mail-e11-button = Inloggen
mail-e11-reason = U ontvangt dit bericht omdat u een account hebt bij { $tenant }.

## E12: ingeschreven voor een sessie

mail-e12-subject = U bent ingeschreven voor { $session }
mail-e12-title = U bent ingeschreven voor { $session }
mail-e12-intro = { $inviter } heeft u bij { $tenant } ingeschreven voor { $session }.
mail-e12-detail = U hoeft verder niets te doen.
mail-e12-button = Inloggen
mail-e12-reason = U ontvangt dit bericht omdat u een account hebt bij { $tenant }.

## E14: geblokkeerd, verwijderd, ingetrokken

mail-e14-suspended-subject = Uw account bij { $tenant } is geblokkeerd
mail-e14-suspended-title = Uw account is geblokkeerd
mail-e14-suspended-intro = U kunt niet inloggen bij { $tenant } zolang uw account niet is vrijgegeven.
mail-e14-deleted-subject = Uw account bij { $tenant } is verwijderd
mail-e14-deleted-title = Uw account is verwijderd
mail-e14-deleted-intro = U kunt niet meer inloggen bij { $tenant }.
mail-e14-cancelled-subject = Uw uitnodiging voor { $tenant } is ingetrokken
mail-e14-cancelled-title = Uw uitnodiging is ingetrokken
mail-e14-cancelled-intro = De link uit ons eerdere bericht werkt niet meer.
mail-e14-detail = Denkt u dat dit een vergissing is? Neem dan contact op met de persoon die { $tenant } in uw organisatie beheert.
mail-e14-reason = U ontvangt dit bericht omdat u een account of een uitnodiging had bij { $tenant }.

## E15: voor beheerders

mail-e15-subject = { $tenant } vraagt uw aandacht
mail-e15-title = Uw aandacht is nodig
mail-e15-intro = { $count ->
    [0] Dit is er bij { $tenant } gebeurd sinds ons laatste bericht en vraagt misschien uw aandacht.
    [one] Eén bericht wordt vastgehouden en wacht tot u het vrijgeeft of weggooit.
   *[other] { $count } berichten worden vastgehouden en wachten tot u ze vrijgeeft of weggooit.
}
mail-e15-detail = Berichten worden vastgehouden als er in een uur meer zijn dan het budget toelaat, of als meldingen op vasthouden staan. De accounts zelf zijn klaar.
mail-e15-detail-none-held = Log in om de details te zien en wat u kunt doen.
mail-e15-parked = Verwijderingen wachten wanneer er in één keer meer mensen op hun datum verwijderd zouden worden dan de omgeving toestaat. Niemand wordt verwijderd zolang u ze niet vrijgeeft, en iedereen blijft als u ze laat vervallen: gebruik de API of de opdracht ‘usher deletions’.
mail-e15-button = Inloggen
mail-e15-reason = U ontvangt dit bericht omdat u { $tenant } beheert.

## ADDRESS: aan het oude adres

mail-address-subject = Het adres van uw account bij { $tenant } is gewijzigd
mail-address-title = Uw adres is gewijzigd
mail-address-intro = Uw organisatie heeft uw account bij { $tenant } een ander adres gegeven. Onze berichten gaan voortaan daarheen.
mail-address-detail = Denkt u dat dit een vergissing is? Neem dan contact op met de persoon die { $tenant } in uw organisatie beheert.
mail-address-reason = U ontvangt dit bericht omdat uw account bij { $tenant } tot nu toe dit adres gebruikte.

## E6: aangemaakt; het wachtwoord is bekend, of een ander systeem logt de persoon in

mail-e6-subject = Uw account bij { $tenant } is klaar
mail-e6-title = Uw account is klaar
mail-e6-intro = Uw organisatie heeft bij { $tenant } een account voor u aangemaakt. U kunt meteen beginnen.
mail-e6-detail = Log in met uw bedrijfsaccount, of met het wachtwoord dat u hebt gekregen. Hebt u er geen, kies dan ‘Wachtwoord vergeten?’ op de inlogpagina.
mail-e6-button = Inloggen
mail-e6-reason = U ontvangt dit bericht omdat uw organisatie bij { $tenant } een account voor u heeft aangemaakt.

## E7: aangemaakt met een gegenereerd wachtwoord

mail-e7-subject = Uw inloggegevens voor { $tenant }
mail-e7-title = Uw account is klaar
mail-e7-intro = Uw organisatie heeft bij { $tenant } een account voor u aangemaakt. Dit hebt u nodig om de eerste keer in te loggen.
mail-e7-detail = Dit wachtwoord is alleen voor de eerste keer: daarna kiest u er zelf een. Stuur dit bericht niet door.
mail-e7-button = Inloggen
mail-e7-reason = U ontvangt dit bericht omdat uw organisatie bij { $tenant } een account voor u heeft aangemaakt.

## E8: aangemaakt zonder wachtwoord

mail-e8-subject = Kies uw wachtwoord voor { $tenant }
mail-e8-title = Nog één stap
mail-e8-intro = Uw organisatie heeft bij { $tenant } een account voor u aangemaakt. Kies een wachtwoord en u kunt beginnen.
mail-e8-detail = Is de link verlopen? Vraag dan een nieuwe aan met ‘Wachtwoord vergeten?’ op de inlogpagina.
mail-e8-button = Wachtwoord kiezen
mail-e8-reason = U ontvangt dit bericht omdat uw organisatie bij { $tenant } een account voor u heeft aangemaakt.

## E13: het account wordt verwijderd

mail-e13-subject = Uw account bij { $tenant } wordt op { $date } verwijderd
mail-e13-title = Uw account wordt binnenkort gesloten
mail-e13-intro = Uw account bij { $tenant } wordt op { $date } verwijderd. Vanaf dat moment kunt u niet meer inloggen.
mail-e13-detail = Wilt u iets bewaren? Sla het dan vóór die dag op. Denkt u dat dit een vergissing is? Neem dan contact op met de persoon die { $tenant } in uw organisatie beheert.
mail-e13-button = Naar { $tenant }
mail-e13-reason = U ontvangt dit bericht omdat uw organisatie een einddatum heeft ingesteld voor uw account bij { $tenant }.

## RESET: wachtwoord vergeten

mail-reset-subject = Kies een nieuw wachtwoord voor { $tenant }
mail-reset-title = Kies een nieuw wachtwoord
mail-reset-intro = U hebt een nieuw wachtwoord aangevraagd voor uw account bij { $tenant }. Hier kunt u het kiezen.
mail-reset-detail = Was u dit niet? Dan hoeft u niets te doen: uw wachtwoord blijft zoals het is.
mail-reset-button = Nieuw wachtwoord kiezen
mail-reset-reason = U ontvangt dit bericht omdat iemand met uw adres een nieuw wachtwoord heeft aangevraagd.

## Velden en dingen

label-last-name = Achternaam
label-first-name = Voornaam
label-email = E-mailadres
label-user-name = Gebruikersnaam
label-password = Wachtwoord
label-new-password = Nieuw wachtwoord
label-email-or-user-name = E-mailadres of gebruikersnaam
label-groups = Groepen
label-language = Taal
label-show-password = Wachtwoord tonen

## Knoppen en links

action-submit-invite = Mijn account openen
action-submit-password = Opslaan en inloggen
action-sign-in = Inloggen
action-sign-out = Uitloggen
action-forgot = Wachtwoord vergeten?
action-send-link = Stuur mij een link
action-back-to-sign-in = Terug naar inloggen
action-sign-in-sso = Verder met mijn bedrijfsaccount
action-continue = Verder

## Rollen

role-learner = Deelnemer
role-author = Auteur
role-coach = Coach
role-useradmin = Gebruikersbeheerder
role-admin = Beheerder
role-owner = Eigenaar

## Het uitnodigingsformulier

page-invite-title = Welkom bij { $tenant }
page-invite-intro = Vul uw naam in en kies een wachtwoord, en uw account is geopend.
page-invite-sso-intro = Log in met uw bedrijfsaccount, en uw account is geopend.
page-invite-for = Deze uitnodiging is voor { $email }.
page-password-hint = Minstens 12 tekens. Drie of vier woorden die niets met elkaar te maken hebben, vormen een goed wachtwoord.

## De pagina voor het wachtwoord

page-set-password-title = Kies uw wachtwoord
page-set-password-intro = Voor uw account bij { $tenant }, { $email }.
page-set-password-mailed = Het wachtwoord dat wij u stuurden, was alleen voor uw eerste aanmelding. Kies er een dat alleen u kent.
page-set-password-sso = Voor uw account bij { $tenant } hebt u geen wachtwoord nodig: log in met uw bedrijfsaccount.

## Inloggen

page-sign-in-title = Inloggen
page-sign-in-title-tenant = Inloggen bij { $tenant }
page-sign-in-intro = Fijn dat u er bent.

## Vergeten wachtwoorden en verloren links

page-forgot-title = Wachtwoord vergeten?
page-forgot-intro = Vul het adres in waarop u onze berichten ontvangt. Wij sturen u een link om een nieuw wachtwoord te kiezen of, als u uw uitnodiging nog niet hebt aangenomen, een nieuwe uitnodiging.
page-forgot-done-title = Bekijk uw e-mail
page-forgot-done = Als er bij dit adres een account hoort, is er een bericht met een link onderweg. Dat kan enkele minuten duren. Niets ontvangen? Kijk in de map met ongewenste e-mail, of vraag het aan wie u heeft uitgenodigd.

## Links die niet meer werken

page-dead-link-title = Deze link werkt niet meer
page-dead-link-text = Misschien is hij al gebruikt of vervangen door een nieuwere, of is hij verlopen. Is uw account al geopend, log dan gewoon in.
page-dead-link-new-title = Een nieuwe link nodig?
page-dead-link-new = Vul uw adres in, dan sturen wij u er een.

## De pagina van wie is ingelogd

page-me-title = Uw account
page-me-welcome = Welkom!
page-me-welcome-name = Welkom, { $name }!
page-me-intro = U bent ingelogd bij { $tenant }.
page-me-details = Uw gegevens
page-me-groups = Uw groepen
page-me-no-groups = U zit nog niet in een groep.
page-me-deletion = Uw account wordt op { $date } verwijderd.
page-password-changed-title = Uw wachtwoord is opgeslagen
page-password-changed = Log voortaan in met uw nieuwe wachtwoord.
page-must-change-title = Kies uw eigen wachtwoord
page-must-change-intro = Het wachtwoord uit uw e-mail was alleen voor de eerste keer.
page-signed-out-title = U bent uitgelogd
page-signed-out = Tot ziens!

## Wat er niet klopt aan een antwoord

error-summary = Kijk hier nog eens naar:
error-first-name-missing = Vul uw voornaam in.
error-last-name-missing = Vul uw achternaam in.
error-first-name-long = Deze voornaam is te lang.
error-last-name-long = Deze achternaam is te lang.
error-name-invalid = Een naam kan geen webadressen of ongewone tekens bevatten.
error-email-missing = Vul uw e-mailadres of gebruikersnaam in.
error-password-missing = Vul een wachtwoord in.
error-password-short = Dit wachtwoord is te kort: het moet minstens 12 tekens hebben.
error-password-long = Dit wachtwoord is te lang.
error-password-weak = Dit wachtwoord is te gemakkelijk te raden. Probeer drie of vier woorden die niets met elkaar te maken hebben.
error-password-same = Dit is het wachtwoord dat wij u hebben gestuurd. Kies een ander, dat alleen u kent.
error-password-personal = Dit wachtwoord bevat uw naam of uw adres. Kies iets wat niemand met u in verband brengt.
error-credentials = Dat klopt niet. Controleer uw gebruikersnaam en uw wachtwoord.
error-busy = Het is hier nu erg druk. Probeer het zo meteen nog eens.
error-form-expired = Deze pagina stond te lang open. Verstuur het formulier nog eens.

## Verzoeken die zijn mislukt

page-400-title = Dat hebben wij niet begrepen
page-400-text = Uw browser stuurde iets wat wij niet kunnen lezen. Ga terug en probeer het nog eens.
page-403-title = Deze pagina is niet voor u toegankelijk
page-403-text = U bent ingelogd, maar u hebt geen toegang tot deze pagina.
page-404-title = Hier is niets
page-404-text = Deze pagina bestaat niet, of niet meer. Controleer het adres, of begin opnieuw op de inlogpagina.
page-429-title = Een ogenblik, alstublieft
page-429-text = Dat waren veel verzoeken in korte tijd. Wacht een minuut en probeer het nog eens.
page-500-title = Er is iets misgegaan
page-500-text = Dat ligt aan ons, niet aan u, en de fout is vastgelegd. Probeer het over enkele minuten nog eens.
page-503-title = Zo weer terug
page-503-text = Het is hier nu erg druk. Probeer het zo meteen nog eens.
