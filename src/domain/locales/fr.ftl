# Les textes en français. Espaces insécables : fine (U+202F) devant ? ! ;, ordinaire (U+00A0) devant : et dans « ».

## Langue

language-name = français
language-direction = ltr

## Dates

month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
list-comma = { ", " }
date-long = { $day ->
    [1] 1er
   *[other] { $day }
} { $month } { $year }
date-moment = { $date } à { $hour } h { $minute } ({ $zone })

## Courriels : ce qui est commun

mail-greeting = Bonjour,
mail-greeting-name = Bonjour { $name },
mail-expiry = Ce lien est valable jusqu’au { $date } et ne peut servir qu’une fois.
mail-link-fallback = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
mail-label = { $label } :
mail-label-login = Identifiant
mail-label-password = Mot de passe
mail-label-starts = Début
mail-label-roles = Rôle
mail-label-finished = Terminée
mail-label-created = Ajoutées
mail-label-updated = Modifiées
mail-label-unchanged = Inchangées
mail-label-rejected = Refusées
mail-label-line = Ligne { $line }
mail-label-line-column = Ligne { $line }, colonne { $column }
mail-label-more = Autres lignes refusées
mail-label-failed = Messages non remis
mail-label-bounced = Messages revenus
mail-label-conflicts = Modifications refusées
mail-label-adopted = Personnes reprises par une connexion
mail-label-parked = Suppressions en attente
mail-label-webhooks = Webhooks qui ne reçoivent plus d’événements
mail-signature = L’équipe { $tenant }
mail-footer = Ce message a été envoyé automatiquement par { $tenant }.
mail-footer-reply = Une question ? Répondez simplement à ce message.

## E1 : invitation à la plateforme

mail-e1-subject = Votre invitation à rejoindre { $tenant }
mail-e1-title = { $tenant } vous attend
mail-e1-intro = Un compte vous attend sur { $tenant }. Pour l’ouvrir, indiquez votre nom et choisissez un mot de passe : une minute suffit.
mail-e1-intro-by = { $inviter } vous invite à rejoindre { $tenant }. Pour ouvrir votre compte, indiquez votre nom et choisissez un mot de passe : une minute suffit.
mail-e1-detail = Votre compte ne sera actif qu’une fois ce formulaire rempli.
mail-e1-button = Accepter l’invitation
mail-e1-reason = Vous recevez ce message parce que votre organisation vous invite à rejoindre { $tenant }. Si vous ne l’attendiez pas, ignorez-le : il ne se passera rien.

## E2 : invitation depuis un groupe

mail-e2-subject = Votre invitation à { $group } sur { $tenant }
mail-e2-title = { $group } vous attend
mail-e2-intro = Le groupe { $group } vous attend sur { $tenant }. Pour le rejoindre, indiquez votre nom et choisissez un mot de passe : une minute suffit.
mail-e2-intro-by = { $inviter } vous invite à rejoindre le groupe { $group } sur { $tenant }. Pour le rejoindre, indiquez votre nom et choisissez un mot de passe : une minute suffit.

## E3 : invitation depuis une session

mail-e3-subject = { $inviter } vous invite à { $session }
mail-e3-title = Votre invitation à { $session }
mail-e3-intro = { $inviter } a enregistré votre inscription à { $session } sur { $tenant }. Pour participer, indiquez votre nom et choisissez un mot de passe : une minute suffit.

## E4 : rappel

mail-e4-subject = Votre invitation à { $tenant } vous attend toujours
mail-e4-title = Votre compte vous attend toujours
mail-e4-intro = { $days ->
    [one] Il vous reste un jour pour accepter votre invitation à { $tenant }. Pour ouvrir votre compte, indiquez votre nom et choisissez un mot de passe.
   *[other] Il vous reste { $days } jours pour accepter votre invitation à { $tenant }. Pour ouvrir votre compte, indiquez votre nom et choisissez un mot de passe.
}

## E5 : nouvelle invitation

mail-e5-detail = Ce lien remplace celui de notre message précédent, qui ne fonctionne plus.

## Invitations là où l’on se connecte avec son compte professionnel (ce qui diffère de e1 à e4)

mail-sso-e1-intro = Votre organisation a prévu un compte pour vous sur { $tenant }. Connectez-vous avec votre compte professionnel pour l’ouvrir ; aucun autre mot de passe n’est nécessaire.
mail-sso-e1-intro-by = { $inviter } vous invite à rejoindre { $tenant }. Connectez-vous avec votre compte professionnel pour ouvrir votre compte ; aucun autre mot de passe n’est nécessaire.
mail-sso-e2-intro = Le groupe { $group } vous attend sur { $tenant }. Pour le rejoindre, connectez-vous avec votre compte professionnel ; aucun autre mot de passe n’est nécessaire.
mail-sso-e2-intro-by = { $inviter } vous invite à rejoindre le groupe { $group } sur { $tenant }. Pour le rejoindre, connectez-vous avec votre compte professionnel ; aucun autre mot de passe n’est nécessaire.
mail-sso-e3-intro = { $inviter } a enregistré votre inscription à { $session } sur { $tenant }. Pour participer, connectez-vous avec votre compte professionnel ; aucun autre mot de passe n’est nécessaire.
mail-sso-e4-intro = { $days ->
    [one] Il vous reste un jour pour accepter votre invitation à { $tenant }. Connectez-vous avec votre compte professionnel pour ouvrir votre compte.
   *[other] Il vous reste { $days } jours pour accepter votre invitation à { $tenant }. Connectez-vous avec votre compte professionnel pour ouvrir votre compte.
}
mail-sso-e10-invite-intro = Votre organisation vous donne de nouveau accès à { $tenant }. Connectez-vous avec votre compte professionnel pour ouvrir votre compte.
mail-sso-detail = Votre compte ne sera actif qu’après votre première connexion.
mail-sso-button = Se connecter avec mon compte professionnel
mail-sso-e6-detail = Connectez-vous avec votre compte professionnel ; aucun autre mot de passe n’est nécessaire.
mail-sso-reset-subject = Comment vous connecter à { $tenant }
mail-sso-reset-title = Connectez-vous avec votre compte professionnel
mail-sso-reset-intro = Vous avez demandé un nouveau mot de passe pour votre compte sur { $tenant }. Vous n’en avez pas besoin : connectez-vous avec votre compte professionnel.
mail-sso-reset-detail = Si cette demande ne vient pas de vous, vous n’avez rien à faire. Si vous avez oublié le mot de passe de votre compte professionnel, adressez-vous au service qui le gère dans votre organisation.

## E9 : rapport d’importation

mail-e9-subject = Votre importation dans { $tenant } est terminée
mail-e9-title = Votre importation est terminée
mail-e9-intro = { $count ->
    [one] Une ligne de votre fichier a été lue. Voici le résultat.
   *[other] { $count } lignes de votre fichier ont été lues. Voici le résultat.
}
mail-e9-detail = { $rejected ->
    [0] Aucune ligne n’a été refusée : vous n’avez rien d’autre à faire.
    [one] La ligne refusée n’a rien changé. Corrigez-la et importez de nouveau le fichier ; ce qui existe déjà n’est pas ajouté deux fois.
   *[other] Les lignes refusées n’ont rien changé. Corrigez-les et importez de nouveau le fichier ; ce qui existe déjà n’est pas ajouté deux fois.
}
mail-e9-button = Se connecter
mail-e9-reason = Vous recevez ce message parce que vous avez importé un fichier dans { $tenant }.

## E10 : bon retour

mail-e10-subject = Votre retour sur { $tenant }
mail-e10-title = Bienvenue à nouveau
mail-e10-intro = Votre organisation vous donne de nouveau accès à { $tenant }, avec un nouveau compte.
mail-e10-invite-intro = Votre organisation vous donne de nouveau accès à { $tenant }. Pour ouvrir votre compte, indiquez votre nom et choisissez un mot de passe : une minute suffit.

## E11 : dans un groupe

mail-e11-subject = Vous faites maintenant partie de { $group }
mail-e11-title = Vous faites maintenant partie de { $group }
mail-e11-intro = Vous avez désormais accès au groupe { $group } sur { $tenant }. Vous le trouverez lors de votre prochaine connexion.
mail-e11-detail = Vous n’avez rien d’autre à faire.
mail-e11-button = Se connecter
mail-e11-reason = Vous recevez ce message parce que vous avez un compte sur { $tenant }.

## E12 : inscription à une session

mail-e12-subject = Votre inscription à { $session }
mail-e12-title = Votre inscription à { $session }
mail-e12-intro = { $inviter } a enregistré votre inscription à { $session } sur { $tenant }.
mail-e12-detail = Vous n’avez rien d’autre à faire.
mail-e12-button = Se connecter
mail-e12-reason = Vous recevez ce message parce que vous avez un compte sur { $tenant }.

## E14 : compte suspendu, supprimé, invitation retirée

mail-e14-suspended-subject = Votre compte sur { $tenant } est suspendu
mail-e14-suspended-title = Votre compte est suspendu
mail-e14-suspended-intro = Vous ne pouvez pas vous connecter à { $tenant } tant que votre compte n’est pas rouvert.
mail-e14-deleted-subject = Votre compte sur { $tenant } est supprimé
mail-e14-deleted-title = Votre compte est supprimé
mail-e14-deleted-intro = Vous ne pouvez plus vous connecter à { $tenant }.
mail-e14-cancelled-subject = Votre invitation à { $tenant } a été retirée
mail-e14-cancelled-title = Votre invitation a été retirée
mail-e14-cancelled-intro = Le lien de notre message précédent ne fonctionne plus.
mail-e14-detail = Si vous pensez qu’il s’agit d’une erreur, adressez-vous à la personne qui gère { $tenant } dans votre organisation.
mail-e14-reason = Vous recevez ce message parce que vous aviez un compte ou une invitation sur { $tenant }.

## E15 : pour les administrateurs

mail-e15-subject = { $tenant } demande votre attention
mail-e15-title = Votre attention est demandée
mail-e15-intro = { $count ->
    [0] Voici ce qui s’est passé sur { $tenant } depuis notre dernier message et qui demande peut-être votre attention.
    [one] Un message est retenu et attend que vous l’envoyiez ou l’abandonniez.
   *[other] { $count } messages sont retenus et attendent que vous les envoyiez ou les abandonniez.
}
mail-e15-detail = Des messages sont retenus quand il en part plus en une heure que le budget ne le permet, ou quand les notifications sont mises en attente. Les comptes, eux, sont prêts.
mail-e15-parked = Des suppressions sont mises en attente quand plus de personnes seraient supprimées à leur date en une fois que l’espace ne le permet. Personne n’est supprimé tant que vous ne les libérez pas, et tout le monde reste si vous y renoncez : utilisez l’API ou la commande « usher deletions ».
mail-e15-detail-none-held = Connectez-vous pour voir le détail et ce que vous pouvez faire.
mail-e15-button = Se connecter
mail-e15-reason = Vous recevez ce message parce que vous administrez { $tenant }.

## ADDRESS : à l’ancienne adresse

mail-address-subject = L’adresse de votre compte sur { $tenant } a changé
mail-address-title = Votre adresse a changé
mail-address-intro = Votre organisation a donné une autre adresse à votre compte sur { $tenant }. Nos messages y seront désormais envoyés.
mail-address-detail = Si vous pensez qu’il s’agit d’une erreur, adressez-vous à la personne qui gère { $tenant } dans votre organisation.
mail-address-reason = Vous recevez ce message parce que votre compte sur { $tenant } utilisait cette adresse jusqu’ici.

## E6 : compte créé, mot de passe connu ou authentification unique

mail-e6-subject = Votre compte { $tenant } est prêt
mail-e6-title = Votre compte est prêt
mail-e6-intro = Votre organisation vous a ouvert un compte sur { $tenant }. Vous pouvez commencer dès maintenant.
mail-e6-detail = Connectez-vous avec votre compte professionnel, ou avec le mot de passe qui vous a été remis. Si vous n’en avez pas, choisissez « Mot de passe oublié ? » sur la page de connexion.
mail-e6-button = Se connecter
mail-e6-reason = Vous recevez ce message parce que votre organisation vous a créé un compte sur { $tenant }.

## E7 : compte créé avec un mot de passe généré

mail-e7-subject = Vos identifiants pour { $tenant }
mail-e7-title = Votre compte est prêt
mail-e7-intro = Votre organisation vous a ouvert un compte sur { $tenant }. Voici de quoi vous connecter pour la première fois.
mail-e7-detail = Ce mot de passe ne sert qu’à votre première connexion : il vous sera demandé d’en choisir un vous-même. Merci de ne pas transférer ce message.
mail-e7-button = Se connecter
mail-e7-reason = Vous recevez ce message parce que votre organisation vous a créé un compte sur { $tenant }.

## E8 : compte créé sans mot de passe

mail-e8-subject = Choisissez votre mot de passe pour { $tenant }
mail-e8-title = Plus qu’une étape
mail-e8-intro = Votre organisation vous a ouvert un compte sur { $tenant }. Choisissez un mot de passe, et vous y êtes.
mail-e8-detail = Si le lien a expiré, demandez-en un nouveau avec « Mot de passe oublié ? » sur la page de connexion.
mail-e8-button = Choisir un mot de passe
mail-e8-reason = Vous recevez ce message parce que votre organisation vous a créé un compte sur { $tenant }.

## E13 : suppression prochaine du compte

mail-e13-subject = Votre compte { $tenant } sera supprimé le { $date }
mail-e13-title = Votre compte va bientôt fermer
mail-e13-intro = Votre compte sur { $tenant } sera supprimé le { $date }. À partir de ce jour, vous ne pourrez plus vous connecter.
mail-e13-detail = Y a-t-il quelque chose que vous souhaitez garder ? Enregistrez-le avant cette date. Si vous pensez qu’il s’agit d’une erreur, parlez-en à la personne qui gère { $tenant } dans votre organisation.
mail-e13-button = Aller sur { $tenant }
mail-e13-reason = Vous recevez ce message parce que votre organisation a fixé une date de fin à votre compte sur { $tenant }.

## RESET : mot de passe oublié

mail-reset-subject = Choisissez un nouveau mot de passe pour { $tenant }
mail-reset-title = Choisissez un nouveau mot de passe
mail-reset-intro = Vous avez demandé un nouveau mot de passe pour votre compte { $tenant }. C’est ici que vous pouvez le choisir.
mail-reset-detail = Si la demande ne vient pas de vous, vous n’avez rien à faire : votre mot de passe ne change pas.
mail-reset-button = Choisir un nouveau mot de passe
mail-reset-reason = Vous recevez ce message parce que quelqu’un a demandé un nouveau mot de passe avec votre adresse.

## Champs et choses

label-last-name = Nom
label-first-name = Prénom
label-email = Adresse e-mail
label-user-name = Identifiant
label-password = Mot de passe
label-new-password = Nouveau mot de passe
label-email-or-user-name = Adresse e-mail ou identifiant
label-groups = Groupes
label-language = Langue
label-show-password = Afficher le mot de passe

## Boutons et liens

action-submit-invite = Ouvrir mon compte
action-submit-password = Enregistrer et me connecter
action-sign-in = Se connecter
action-sign-out = Se déconnecter
action-forgot = Mot de passe oublié ?
action-send-link = Envoyez-moi un lien
action-back-to-sign-in = Retour à la connexion
action-sign-in-sso = Continuer avec mon compte professionnel
action-continue = Continuer

## Rôles

role-learner = Apprenant
role-author = Auteur
role-coach = Coach
role-useradmin = Gestionnaire des utilisateurs
role-admin = Administrateur
role-owner = Propriétaire

## Le formulaire d’invitation

page-invite-title = Bienvenue sur { $tenant }
page-invite-intro = Indiquez votre nom et choisissez un mot de passe, et votre compte est ouvert.
page-invite-sso-intro = Connectez-vous avec votre compte professionnel, et votre compte est ouvert.
page-invite-for = Cette invitation est destinée à { $email }.
page-password-hint = Au moins 12 caractères. Trois ou quatre mots sans rapport entre eux font un bon mot de passe.

## Le choix du mot de passe

page-set-password-title = Choisissez votre mot de passe
page-set-password-intro = Pour votre compte sur { $tenant }, { $email }.
page-set-password-mailed = Le mot de passe que nous vous avons envoyé ne servait qu’à votre première connexion. Choisissez-en un que vous seul connaissez.
page-set-password-sso = Votre compte sur { $tenant } ne demande pas de mot de passe : connectez-vous avec votre compte professionnel.

## La connexion

page-sign-in-title = Connexion
page-sign-in-title-tenant = Connexion à { $tenant }
page-sign-in-intro = C’est un plaisir de vous retrouver.

## Mots de passe oubliés et liens perdus

page-forgot-title = Mot de passe oublié ?
page-forgot-intro = Indiquez l’adresse à laquelle vous recevez nos messages. Nous vous enverrons un lien pour choisir un nouveau mot de passe ou, si vous n’avez pas encore répondu à votre invitation, une nouvelle invitation.
page-forgot-done-title = Consultez votre messagerie
page-forgot-done = S’il existe un compte pour cette adresse, un message contenant un lien est en route. Cela peut prendre quelques minutes. Rien n’arrive ? Regardez dans les courriers indésirables, ou adressez-vous à la personne à qui vous devez votre invitation.

## Les liens qui ne fonctionnent plus

page-dead-link-title = Ce lien ne fonctionne plus
page-dead-link-text = Il a peut-être déjà servi, été remplacé par un plus récent, ou il a expiré. Si votre compte est ouvert, connectez-vous simplement.
page-dead-link-new-title = Besoin d’un nouveau lien ?
page-dead-link-new = Indiquez votre adresse, et nous vous en enverrons un.

## La page d’une personne connectée

page-me-title = Votre compte
page-me-welcome = Bienvenue !
page-me-welcome-name = Bienvenue, { $name } !
page-me-intro = Vous voici sur { $tenant }.
page-me-details = Vos informations
page-me-groups = Vos groupes
page-me-no-groups = Vous n’êtes encore dans aucun groupe.
page-me-deletion = Votre compte sera supprimé le { $date }.
page-password-changed-title = Votre mot de passe est enregistré
page-password-changed = Désormais, connectez-vous avec votre nouveau mot de passe.
page-must-change-title = Choisissez votre propre mot de passe
page-must-change-intro = Le mot de passe de votre message ne servait qu’à votre première connexion.
page-signed-out-title = À bientôt !
page-signed-out = Votre session est fermée.

## Ce qui ne va pas dans une réponse

error-summary = Merci de revoir ce qui suit :
error-first-name-missing = Indiquez votre prénom.
error-last-name-missing = Indiquez votre nom.
error-first-name-long = Ce prénom est trop long.
error-last-name-long = Ce nom est trop long.
error-name-invalid = Un nom ne peut contenir ni adresse web ni signes inhabituels.
error-email-missing = Indiquez votre adresse e-mail ou votre identifiant.
error-password-missing = Indiquez un mot de passe.
error-password-short = Ce mot de passe est trop court : il faut au moins 12 caractères.
error-password-long = Ce mot de passe est trop long.
error-password-weak = Ce mot de passe est trop facile à deviner. Essayez trois ou quatre mots sans rapport entre eux.
error-password-same = C’est le mot de passe que nous vous avons envoyé. Veuillez en choisir un autre, connu de vous seul.
error-password-personal = Ce mot de passe contient votre nom ou votre adresse. Choisissez quelque chose que personne n’associe à vous.
error-credentials = Cela ne correspond pas. Vérifiez votre identifiant et votre mot de passe.
error-busy = Il y a beaucoup de monde en ce moment. Réessayez dans un instant.
error-form-expired = Cette page est restée ouverte trop longtemps. Merci d’envoyer le formulaire une nouvelle fois.

## Les requêtes qui ont échoué

page-400-title = Nous n’avons pas compris
page-400-text = Votre navigateur a envoyé quelque chose que nous ne pouvons pas lire. Revenez en arrière et réessayez.
page-403-title = Cette page ne vous est pas accessible
page-403-text = Votre session est bien ouverte, mais elle ne donne pas accès à cette page.
page-404-title = Il n’y a rien ici
page-404-text = Cette page n’existe pas, ou n’existe plus. Vérifiez l’adresse, ou repartez de la page de connexion.
page-429-title = Un instant, s’il vous plaît
page-429-text = Cela fait beaucoup de requêtes en peu de temps. Patientez une minute et réessayez.
page-500-title = Quelque chose s’est mal passé
page-500-text = C’est notre faute, pas la vôtre, et l’incident a été enregistré. Réessayez dans quelques minutes.
page-503-title = De retour dans un instant
page-503-text = Nous sommes très sollicités en ce moment. Réessayez dans un instant.
