# I testi in italiano. Forma di cortesia: Lei, con minuscola, senza indicare il genere di chi legge. Virgolette “ ”, apostrofo ’.

## Lingua

language-name = italiano
language-direction = ltr

## Date

month-1 = gennaio
month-2 = febbraio
month-3 = marzo
month-4 = aprile
month-5 = maggio
month-6 = giugno
month-7 = luglio
month-8 = agosto
month-9 = settembre
month-10 = ottobre
month-11 = novembre
month-12 = dicembre
list-comma = { ", " }
date-long = { $day ->
    [1] 1º
   *[other] { $day }
} { $month } { $year }
date-moment = { $date } alle { $hour }:{ $minute } ({ $zone })

## E-mail: ciò che hanno in comune

mail-greeting = Buongiorno,
mail-greeting-name = Buongiorno { $name },
mail-expiry = Questo link può essere usato una sola volta. Scadenza: { $date }.
mail-link-fallback = Se il pulsante non funziona, copi questo indirizzo nel suo browser:
mail-label = { $label }:
mail-label-login = Nome utente
mail-label-password = Password
mail-label-starts = Data di inizio
mail-label-roles = Ruolo
mail-label-finished = Completata
mail-label-created = Aggiunte
mail-label-updated = Modificate
mail-label-unchanged = Invariate
mail-label-rejected = Rifiutate
mail-label-line = Riga { $line }
mail-label-line-column = Riga { $line }, colonna { $column }
mail-label-more = Altre righe rifiutate
mail-label-failed = Messaggi non consegnati
mail-label-bounced = Messaggi tornati indietro
mail-label-webhooks = Webhook che non ricevono più eventi
mail-label-conflicts = Modifiche rifiutate
mail-label-adopted = Persone prese in carico da una connessione
mail-label-parked = Eliminazioni in attesa
mail-signature = Il team di { $tenant }
mail-footer = Questo messaggio è stato inviato automaticamente da { $tenant }.
mail-footer-reply = Ha una domanda? Risponda semplicemente a questo messaggio.

## E1: invito alla piattaforma

mail-e1-subject = Il suo invito a { $tenant }
mail-e1-title = { $tenant } la aspetta
mail-e1-intro = Su { $tenant } c’è un account che la aspetta. Per aprirlo, indichi il suo nome e scelga una password. Basta un minuto.
mail-e1-intro-by = { $inviter } la invita su { $tenant }. Per aprire il suo account, indichi il suo nome e scelga una password. Basta un minuto.
mail-e1-detail = Il suo account sarà attivo solo dopo che avrà compilato questo modulo.
mail-e1-button = Accettare l’invito
mail-e1-reason = Riceve questo messaggio perché la sua organizzazione la invita su { $tenant }. Se non se lo aspettava, può ignorarlo: non succederà nulla.

## E2: invito da un gruppo

mail-e2-subject = Il suo invito a { $group } su { $tenant }
mail-e2-title = Il gruppo { $group } la aspetta
mail-e2-intro = Il gruppo { $group } la aspetta su { $tenant }. Per farne parte, indichi il suo nome e scelga una password. Basta un minuto.
mail-e2-intro-by = { $inviter } la invita nel gruppo { $group } su { $tenant }. Per farne parte, indichi il suo nome e scelga una password. Basta un minuto.

## E3: invito da una sessione

mail-e3-subject = { $inviter } la invita a { $session }
mail-e3-title = Il suo invito a { $session }
mail-e3-intro = { $inviter } ha registrato la sua iscrizione a { $session } su { $tenant }. Per partecipare, indichi il suo nome e scelga una password. Basta un minuto.

## E4: promemoria

mail-e4-subject = Il suo invito a { $tenant } è ancora in attesa
mail-e4-title = Il suo account la aspetta ancora
mail-e4-intro = { $days ->
    [one] Le resta un giorno per accettare il suo invito a { $tenant }. Per aprire il suo account, indichi il suo nome e scelga una password.
   *[other] Le restano { $days } giorni per accettare il suo invito a { $tenant }. Per aprire il suo account, indichi il suo nome e scelga una password.
}

## E5: di nuovo l’invito

mail-e5-detail = Questo link sostituisce quello del nostro messaggio precedente, che non funziona più.

## Inviti in cui si accede con l’account aziendale (ciò che cambia da e1 a e4)

mail-sso-e1-intro = La sua organizzazione ha predisposto un account per lei su { $tenant }. Acceda con il suo account aziendale per aprirlo; non le serve un’altra password.
mail-sso-e1-intro-by = { $inviter } la invita su { $tenant }. Acceda con il suo account aziendale per aprire qui il suo account; non le serve un’altra password.
mail-sso-e2-intro = Il gruppo { $group } la aspetta su { $tenant }. Per farne parte, acceda con il suo account aziendale; non le serve un’altra password.
mail-sso-e2-intro-by = { $inviter } la invita nel gruppo { $group } su { $tenant }. Per farne parte, acceda con il suo account aziendale; non le serve un’altra password.
mail-sso-e3-intro = { $inviter } ha registrato la sua iscrizione a { $session } su { $tenant }. Per partecipare, acceda con il suo account aziendale; non le serve un’altra password.
mail-sso-e4-intro = { $days ->
    [one] Le resta un giorno per accettare il suo invito a { $tenant }. Acceda con il suo account aziendale per aprire il suo account.
   *[other] Le restano { $days } giorni per accettare il suo invito a { $tenant }. Acceda con il suo account aziendale per aprire il suo account.
}
mail-sso-e10-invite-intro = La sua organizzazione le dà di nuovo accesso a { $tenant }. Acceda con il suo account aziendale per aprire il suo account.
mail-sso-detail = Il suo account sarà attivo solo dopo il suo primo accesso.
mail-sso-button = Accedere con il mio account aziendale
mail-sso-e6-detail = Acceda con il suo account aziendale; non le serve un’altra password.
mail-sso-reset-subject = Come accedere a { $tenant }
mail-sso-reset-title = Acceda con il suo account aziendale
mail-sso-reset-intro = Ha chiesto una nuova password per il suo account su { $tenant }. Non gliene serve una: acceda con il suo account aziendale.
mail-sso-reset-detail = Se la richiesta non è sua, non deve fare nulla. Se ha dimenticato la password del suo account aziendale, si rivolga a chi lo gestisce nella sua organizzazione.

## E9: resoconto di un’importazione

mail-e9-subject = La sua importazione in { $tenant } è completata
mail-e9-title = La sua importazione è completata
mail-e9-intro = { $count ->
    [one] È stata letta una riga del suo file. Ecco il risultato.
   *[other] Sono state lette { $count } righe del suo file. Ecco il risultato.
}
mail-e9-detail = { $rejected ->
    [0] Nessuna riga è stata rifiutata: non deve fare altro.
    [one] La riga rifiutata non ha modificato nulla. La corregga e importi di nuovo il file; ciò che esiste già non viene aggiunto due volte.
   *[other] Le righe rifiutate non hanno modificato nulla. Le corregga e importi di nuovo il file; ciò che esiste già non viene aggiunto due volte.
}
mail-e9-button = Accedere
mail-e9-reason = Riceve questo messaggio perché ha importato un file in { $tenant }.

## E10: di ritorno

mail-e10-subject = Di nuovo su { $tenant }: il suo account la aspetta
mail-e10-title = È un piacere ritrovarla
mail-e10-intro = La sua organizzazione le dà di nuovo accesso a { $tenant }, con un nuovo account.
mail-e10-invite-intro = La sua organizzazione le dà di nuovo accesso a { $tenant }. Per aprire il suo account, indichi il suo nome e scelga una password. Basta un minuto.

## E11: in un gruppo

mail-e11-subject = Ora fa parte di { $group }
mail-e11-title = Ora fa parte di { $group }
mail-e11-intro = Ora ha accesso al gruppo { $group } su { $tenant }. Lo troverà al suo prossimo accesso.
mail-e11-detail = Non deve fare altro.
mail-e11-button = Accedere
mail-e11-reason = Riceve questo messaggio perché ha un account su { $tenant }.

## E12: iscrizione a una sessione

mail-e12-subject = La sua iscrizione a { $session }
mail-e12-title = La sua iscrizione a { $session }
mail-e12-intro = { $inviter } ha registrato la sua iscrizione a { $session } su { $tenant }.
mail-e12-detail = Non deve fare altro.
mail-e12-button = Accedere
mail-e12-reason = Riceve questo messaggio perché ha un account su { $tenant }.

## E14: sospeso, eliminato, ritirato

mail-e14-suspended-subject = Il suo account su { $tenant } è sospeso
mail-e14-suspended-title = Il suo account è sospeso
mail-e14-suspended-intro = Non potrà accedere a { $tenant } finché il suo account non sarà riattivato.
mail-e14-deleted-subject = Il suo account su { $tenant } è stato eliminato
mail-e14-deleted-title = Il suo account è stato eliminato
mail-e14-deleted-intro = Non può più accedere a { $tenant }.
mail-e14-cancelled-subject = Il suo invito a { $tenant } è stato ritirato
mail-e14-cancelled-title = Il suo invito è stato ritirato
mail-e14-cancelled-intro = Il link del nostro messaggio precedente non funziona più.
mail-e14-detail = Se pensa che si tratti di un errore, si rivolga alla persona che gestisce { $tenant } nella sua organizzazione.
mail-e14-reason = Riceve questo messaggio perché aveva un account o un invito su { $tenant }.

## E15: per chi amministra

mail-e15-subject = { $tenant } richiede la sua attenzione
mail-e15-title = Qualcosa richiede la sua attenzione
mail-e15-intro = { $count ->
    [0] Ecco che cosa è successo su { $tenant } dal nostro ultimo messaggio e forse richiede la sua attenzione.
    [one] Un messaggio è trattenuto e attende che lei lo invii o lo scarti.
   *[other] { $count } messaggi sono trattenuti e attendono che lei li invii o li scarti.
}
mail-e15-detail = I messaggi vengono trattenuti quando in un’ora sono più di quanti ne consenta il limite, o quando le notifiche sono in attesa. Gli account sono già pronti.
mail-e15-detail-none-held = Acceda per vedere i dettagli e che cosa può fare.
mail-e15-parked = Le eliminazioni restano in attesa quando in una sola volta verrebbero eliminate alla loro data più persone di quante lo spazio consenta. Nessuno viene eliminato finché Lei non le rilascia, e tutti restano se le annulla: usi l’API o il comando «usher deletions».
mail-e15-button = Accedere
mail-e15-reason = Riceve questo messaggio perché amministra { $tenant }.

## ADDRESS: al vecchio indirizzo

mail-address-subject = L’indirizzo del suo account su { $tenant } è cambiato
mail-address-title = Il suo indirizzo è cambiato
mail-address-intro = La sua organizzazione ha assegnato un altro indirizzo al suo account su { $tenant }. D’ora in poi i nostri messaggi saranno inviati lì.
mail-address-detail = Se pensa che si tratti di un errore, si rivolga alla persona che gestisce { $tenant } nella sua organizzazione.
mail-address-reason = Riceve questo messaggio perché finora il suo account su { $tenant } usava questo indirizzo.

## E6: creato; la password è nota, o accede un altro sistema

mail-e6-subject = Il suo account su { $tenant } è pronto
mail-e6-title = Il suo account è pronto
mail-e6-intro = La sua organizzazione ha creato un account per lei su { $tenant }. Può cominciare subito.
mail-e6-detail = Acceda con il suo account aziendale o con la password che le è stata data. Se non ne ha una, scelga “Ha dimenticato la password?” nella pagina di accesso.
mail-e6-button = Accedere
mail-e6-reason = Riceve questo messaggio perché la sua organizzazione ha creato un account per lei su { $tenant }.

## E7: creato con una password generata

mail-e7-subject = I suoi dati di accesso a { $tenant }
mail-e7-title = Il suo account è pronto
mail-e7-intro = La sua organizzazione ha creato un account per lei su { $tenant }. Ecco che cosa le serve per il primo accesso.
mail-e7-detail = Questa password vale solo per il primo accesso: poi ne sceglierà una sua. La preghiamo di non inoltrare questo messaggio.
mail-e7-button = Accedere
mail-e7-reason = Riceve questo messaggio perché la sua organizzazione ha creato un account per lei su { $tenant }.

## E8: creato senza password

mail-e8-subject = Scelga la sua password per { $tenant }
mail-e8-title = Manca solo un passo
mail-e8-intro = La sua organizzazione ha creato un account per lei su { $tenant }. Scelga una password e potrà cominciare.
mail-e8-detail = Se il link è scaduto, ne chieda uno nuovo con “Ha dimenticato la password?” nella pagina di accesso.
mail-e8-button = Scegliere una password
mail-e8-reason = Riceve questo messaggio perché la sua organizzazione ha creato un account per lei su { $tenant }.

## E13: l’account sarà eliminato

mail-e13-subject = Il suo account su { $tenant } sarà eliminato in data { $date }
mail-e13-title = Il suo account sta per essere chiuso
mail-e13-intro = Il suo account su { $tenant } sarà eliminato in data { $date }. Da quel giorno non potrà più accedere.
mail-e13-detail = C’è qualcosa che vuole conservare? Lo salvi prima di quel giorno. Se pensa che si tratti di un errore, si rivolga alla persona che gestisce { $tenant } nella sua organizzazione.
mail-e13-button = Andare a { $tenant }
mail-e13-reason = Riceve questo messaggio perché la sua organizzazione ha fissato una data di fine per il suo account su { $tenant }.

## RESET: password dimenticata

mail-reset-subject = Scelga una nuova password per { $tenant }
mail-reset-title = Scelga una nuova password
mail-reset-intro = Ha chiesto una nuova password per il suo account su { $tenant }. Qui può sceglierla.
mail-reset-detail = Se la richiesta non è sua, non deve fare nulla: la sua password resta com’è.
mail-reset-button = Scegliere una nuova password
mail-reset-reason = Riceve questo messaggio perché qualcuno ha chiesto una nuova password con il suo indirizzo.

## Campi e cose

label-last-name = Cognome
label-first-name = Nome
label-email = E-mail
label-user-name = Nome utente
label-password = Password
label-new-password = Nuova password
label-email-or-user-name = E-mail o nome utente
label-groups = Gruppi
label-language = Lingua
label-show-password = Mostrare la password

## Pulsanti e link

action-submit-invite = Aprire il mio account
action-submit-password = Salvare e accedere
action-sign-in = Accedere
action-sign-out = Uscire
action-forgot = Ha dimenticato la password?
action-send-link = Inviare il link
action-back-to-sign-in = Tornare all’accesso
action-sign-in-sso = Continuare con il mio account aziendale
action-continue = Continuare

## Ruoli

role-learner = Partecipante
role-author = Responsabile dei contenuti
role-coach = Coach
role-useradmin = Gestione utenti
role-admin = Amministrazione
role-owner = Titolare

## Il modulo dell’invito

page-invite-title = Le diamo il benvenuto su { $tenant }
page-invite-intro = Indichi il suo nome e scelga una password: il suo account sarà aperto.
page-invite-sso-intro = Acceda con il suo account aziendale: il suo account sarà aperto.
page-invite-for = Questo invito è per { $email }.
page-password-hint = Almeno 12 caratteri. Tre o quattro parole senza legame tra loro formano una buona password.

## La pagina della password

page-set-password-title = Scelga la sua password
page-set-password-intro = Per il suo account su { $tenant }, { $email }.
page-set-password-mailed = La password che Le abbiamo inviato serviva solo per il primo accesso. Ne scelga una che conosca solo Lei.
page-set-password-sso = Per il suo account su { $tenant } non serve una password: acceda con il suo account aziendale.

## Accesso

page-sign-in-title = Accesso
page-sign-in-title-tenant = Accesso a { $tenant }
page-sign-in-intro = È un piacere ritrovarla.

## Password dimenticate e link smarriti

page-forgot-title = Ha dimenticato la password?
page-forgot-intro = Indichi l’indirizzo a cui riceve i nostri messaggi. Le invieremo un link per scegliere una nuova password oppure, se non ha ancora risposto all’invito, un nuovo invito.
page-forgot-done-title = Controlli la posta
page-forgot-done = Se a questo indirizzo corrisponde un account, un messaggio con un link è in arrivo. Possono volerci alcuni minuti. Non arriva nulla? Guardi nella cartella della posta indesiderata o chieda a chi ha inviato l’invito.

## Link che non funzionano più

page-dead-link-title = Questo link non funziona più
page-dead-link-text = Forse è già stato usato, è stato sostituito da uno più recente o è scaduto. Se il suo account è aperto, può semplicemente accedere.
page-dead-link-new-title = Le serve un nuovo link?
page-dead-link-new = Indichi il suo indirizzo e gliene invieremo uno.

## La pagina di chi ha effettuato l’accesso

page-me-title = Il suo account
page-me-welcome = Buongiorno!
page-me-welcome-name = Buongiorno, { $name }!
page-me-intro = Ha effettuato l’accesso a { $tenant }.
page-me-details = I suoi dati
page-me-groups = I suoi gruppi
page-me-no-groups = Non fa ancora parte di alcun gruppo.
page-me-deletion = Il suo account sarà eliminato in data { $date }.
page-password-changed-title = La sua password è salvata
page-password-changed = D’ora in poi acceda con la nuova password.
page-must-change-title = Scelga una password sua
page-must-change-intro = La password del messaggio valeva solo per il primo accesso.
page-signed-out-title = Ha effettuato l’uscita
page-signed-out = A presto.

## Che cosa non va in una risposta

error-summary = Ricontrolli quanto segue:
error-first-name-missing = Indichi il suo nome.
error-last-name-missing = Indichi il suo cognome.
error-first-name-long = Questo nome è troppo lungo.
error-last-name-long = Questo cognome è troppo lungo.
error-name-invalid = Un nome non può contenere indirizzi web né segni insoliti.
error-email-missing = Indichi il suo indirizzo e-mail o il suo nome utente.
error-password-missing = Indichi una password.
error-password-short = Questa password è troppo corta: servono almeno 12 caratteri.
error-password-long = Questa password è troppo lunga.
error-password-weak = Questa password è troppo facile da indovinare. Provi con tre o quattro parole senza legame tra loro.
error-password-same = Questa è la password che le abbiamo inviato. Ne scelga un’altra che conosce solo lei.
error-password-personal = Questa password contiene il suo nome o il suo indirizzo. Scelga qualcosa che nessuno collega a lei.
error-credentials = I dati non corrispondono. Controlli il nome utente e la password.
error-busy = In questo momento c’è molto traffico. Riprovi tra un istante.
error-form-expired = Questa pagina è rimasta aperta troppo a lungo. Invii di nuovo il modulo.

## Richieste non riuscite

page-400-title = Non abbiamo capito
page-400-text = Il suo browser ha inviato qualcosa che non riusciamo a leggere. Torni indietro e riprovi.
page-403-title = Non ha accesso a questa pagina
page-403-text = Ha effettuato l’accesso, ma il suo account non comprende questa pagina.
page-404-title = Qui non c’è nulla
page-404-text = Questa pagina non esiste, o non esiste più. Controlli l’indirizzo o ricominci dalla pagina di accesso.
page-429-title = Un momento, per favore
page-429-text = Sono arrivate molte richieste in poco tempo. Attenda un minuto e riprovi.
page-500-title = Qualcosa è andato storto
page-500-text = È colpa nostra, non sua, e l’errore è stato registrato. Riprovi tra qualche minuto.
page-503-title = Torniamo subito
page-503-text = In questo momento siamo molto occupati. Riprovi tra un istante.
