# Every text people read, in English; the other languages have the same keys with the same variables.
# Adding a language: translate this file into locales/xx.ftl, xx being its BCP 47 tag. That is all.
#
#   language-*            what the language is called, and the way it is written (ltr or rtl)
#   month-*, date-*       dates
#   mail-*                what all mails share: greeting, lines about links, labels, footer
#   mail-CODE-*           one mail each (e1 to e15, reset, address): subject, title, intro, detail, button, reason; what is left out is
#                         that of the mail it builds on (e2 to e5 on e1)
#   label-*               names of fields and things
#   action-*              what buttons and links do
#   role-*                the roles on a group, by their word in lower case
#   page-*                one page each: invite, set-password, sign-in, forgot, dead-link, me, password-changed, signed-out
#   error-*               what is wrong with an answer in a form
#   page-STATUS-*         pages for a request that failed: 400, 403, 404, 429, 500, 503
#
# Variables: $tenant is the name of the platform, $name a person's name, $date a date already written out, $group and $session names,
# $inviter who invited, $line and $column places in a file, $days, $count and $rejected numbers: use every plural form your language has (a test knows them).
#
# Tone: short and plain, formal where the language has a choice. Who wrote, what to do, until when, and what if it is a mistake.

## Language

language-name = English
language-direction = ltr

## Dates

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
list-comma = { ", " }
date-long = { $day } { $month } { $year }
date-moment = { $date } at { $hour }:{ $minute } ({ $zone })

## Mails: what all share

mail-greeting = Hello,
mail-greeting-name = Hello { $name },
mail-expiry = This link works until { $date }, and only once.
mail-link-fallback = If the button does not work, copy this address into your browser:
mail-label = { $label }:
mail-label-login = User name
mail-label-password = Password
mail-label-starts = Starts on
mail-label-roles = Role
mail-label-finished = Finished
mail-label-created = Added
mail-label-updated = Updated
mail-label-unchanged = Unchanged
mail-label-rejected = Rejected
mail-label-line = Line { $line }
mail-label-line-column = Line { $line }, column { $column }
mail-label-more = Further rejected rows
mail-label-failed = Messages that failed
mail-label-bounced = Messages that came back
mail-label-conflicts = Changes refused
mail-label-adopted = People taken over by a connection
mail-label-parked = Deletions waiting for you
mail-label-webhooks = Webhooks that get no more events
mail-signature = The { $tenant } team
mail-footer = This message was sent automatically by { $tenant }.
mail-footer-reply = Do you have a question? Just reply to this message.

## E1: invited to the platform

mail-e1-subject = Your invitation to { $tenant }
mail-e1-title = You’re invited to { $tenant }
mail-e1-intro = An account on { $tenant } is waiting for you. To open it, tell us your name and choose a password. It takes about a minute.
mail-e1-intro-by = { $inviter } has invited you to { $tenant }. To open your account, tell us your name and choose a password. It takes about a minute.
mail-e1-detail = Your account starts only once you have filled in this form.
mail-e1-button = Accept the invitation
mail-e1-reason = You receive this message because your organisation invited you to { $tenant }. If you did not expect it, you can ignore it, and nothing will happen.

## E2: invited from a group

mail-e2-subject = Your invitation to { $group } on { $tenant }
mail-e2-title = You’re invited to { $group }
mail-e2-intro = The group { $group } on { $tenant } is waiting for you. To join it, tell us your name and choose a password. It takes about a minute.
mail-e2-intro-by = { $inviter } has invited you to the group { $group } on { $tenant }. To join it, tell us your name and choose a password. It takes about a minute.

## E3: invited from a program session

mail-e3-subject = { $inviter } invites you to { $session }
mail-e3-title = You’re invited to { $session }
mail-e3-intro = { $inviter } has registered you for { $session } on { $tenant }. To take part, tell us your name and choose a password. It takes about a minute.

## E4: the invitation still waits

mail-e4-subject = Your invitation to { $tenant } is still waiting
mail-e4-title = Your account is still waiting
mail-e4-intro = { $days ->
    [one] You have one day left to accept your invitation to { $tenant }. To open your account, tell us your name and choose a password.
   *[other] You have { $days } days left to accept your invitation to { $tenant }. To open your account, tell us your name and choose a password.
}

## E5: the invitation again

mail-e5-detail = This link replaces the one in our earlier message, which no longer works.

## Where people sign in with their company account (the parts that differ from e1 to e4, e6 and reset)

mail-sso-e1-intro = Your organisation has an account for you on { $tenant }. Sign in with your company account to open it; you need no other password.
mail-sso-e1-intro-by = { $inviter } has invited you to { $tenant }. Sign in with your company account to open your account there; you need no other password.
mail-sso-e2-intro = The group { $group } on { $tenant } is waiting for you. To join it, sign in with your company account; you need no other password.
mail-sso-e2-intro-by = { $inviter } has invited you to the group { $group } on { $tenant }. To join it, sign in with your company account; you need no other password.
mail-sso-e3-intro = { $inviter } has registered you for { $session } on { $tenant }. To take part, sign in with your company account; you need no other password.
mail-sso-e4-intro = { $days ->
    [one] You have one day left to accept your invitation to { $tenant }. Sign in with your company account to open your account.
   *[other] You have { $days } days left to accept your invitation to { $tenant }. Sign in with your company account to open your account.
}
mail-sso-e10-invite-intro = Your organisation has added you to { $tenant } again. Sign in with your company account to open your account.
mail-sso-detail = Your account starts only once you have signed in.
mail-sso-button = Sign in with your company account
mail-sso-e6-detail = Sign in with your company account; you need no other password.
mail-sso-reset-subject = How to sign in to { $tenant }
mail-sso-reset-title = Sign in with your company account
mail-sso-reset-intro = You asked for a new password for your account on { $tenant }. You need none there: sign in with your company account.
mail-sso-reset-detail = If it was not you, you need not do anything. If you have forgotten the password of your company account, ask the people in your organisation who look after it.

## E9: report to the person who sent a batch

mail-e9-subject = Your import into { $tenant } is done
mail-e9-title = Your import is done
mail-e9-intro = { $count ->
    [one] One row of your file was read. Here is what became of it.
   *[other] { $count } rows of your file were read. Here is what became of them.
}
mail-e9-detail = { $rejected ->
    [0] No row was rejected: there is nothing else you need to do.
    [one] The rejected row changed nothing. Correct it and import the file again; what is already there is not added twice.
   *[other] The rejected rows changed nothing. Correct them and import the file again; what is already there is not added twice.
}
mail-e9-button = Sign in
mail-e9-reason = You receive this message because you imported a file into { $tenant }.

## E10: welcome back

mail-e10-subject = Welcome back to { $tenant }
mail-e10-title = Welcome back
mail-e10-intro = Your organisation has added you to { $tenant } again, with a new account.
mail-e10-invite-intro = Your organisation has added you to { $tenant } again. To open your account, tell us your name and choose a password. It takes about a minute.

## E11: in a group

mail-e11-subject = You are now in { $group }
mail-e11-title = You are now in { $group }
mail-e11-intro = You have been added to the group { $group } on { $tenant }. It is there when you next sign in.
mail-e11-detail = There is nothing else you need to do.
mail-e11-button = Sign in
mail-e11-reason = You receive this message because you have an account on { $tenant }.

## E12: registered to a session

mail-e12-subject = You are registered for { $session }
mail-e12-title = You are registered for { $session }
mail-e12-intro = { $inviter } has registered you for { $session } on { $tenant }.
mail-e12-detail = There is nothing else you need to do.
mail-e12-button = Sign in
mail-e12-reason = You receive this message because you have an account on { $tenant }.

## E14: suspended, deleted, cancelled

mail-e14-suspended-subject = Your account on { $tenant } is suspended
mail-e14-suspended-title = Your account is suspended
mail-e14-suspended-intro = You can’t sign in to { $tenant } until your account is opened again.
mail-e14-deleted-subject = Your account on { $tenant } is deleted
mail-e14-deleted-title = Your account is deleted
mail-e14-deleted-intro = You can no longer sign in to { $tenant }.
mail-e14-cancelled-subject = Your invitation to { $tenant } was withdrawn
mail-e14-cancelled-title = Your invitation was withdrawn
mail-e14-cancelled-intro = The link in our earlier message no longer works.
mail-e14-detail = If you think this is a mistake, talk to the person who runs { $tenant } in your organisation.
mail-e14-reason = You receive this message because you had an account or an invitation on { $tenant }.

## E15: what needs an administrator's eye

mail-e15-subject = { $tenant } needs your attention
mail-e15-title = Something needs your attention
mail-e15-intro = { $count ->
    [0] This happened on { $tenant } since our last message and may need your attention.
    [one] One message to a person is held and waits for you to release or discard it.
   *[other] { $count } messages to people are held and wait for you to release or discard them.
}
mail-e15-detail = Messages are held when more are due in an hour than the mail budget allows, or when notifications are set to hold. The accounts themselves are ready.
mail-e15-parked = Deletions wait when more people would be deleted by their dates at once than the tenant allows. Nobody is deleted until you release them, and everybody stays if you discard them: use the API or the command “usher deletions”.
mail-e15-detail-none-held = Sign in to see the details and what you can do.
mail-e15-button = Sign in
mail-e15-reason = You receive this message because you administer { $tenant }.

## ADDRESS: to the old address of a person

mail-address-subject = The address of your account on { $tenant } has changed
mail-address-title = Your address has changed
mail-address-intro = Your organisation has given your account on { $tenant } another address. From now on our messages go there.
mail-address-detail = If you think this is a mistake, talk to the person who runs { $tenant } in your organisation.
mail-address-reason = You receive this message because your account on { $tenant } used this address until now.

## E6: created; the password is known, or another system signs the person in

mail-e6-subject = Your account on { $tenant } is ready
mail-e6-title = Your account is ready
mail-e6-intro = Your organisation has set up an account for you on { $tenant }. You can start right away.
mail-e6-detail = Sign in with your company account, or with the password you were given. If you do not have one, choose “Forgot your password?” on the sign-in page.
mail-e6-button = Sign in
mail-e6-reason = You receive this message because your organisation created an account for you on { $tenant }.

## E7: created with a generated password

mail-e7-subject = Your sign-in details for { $tenant }
mail-e7-title = Your account is ready
mail-e7-intro = Your organisation has set up an account for you on { $tenant }. Here is what you need to sign in for the first time.
mail-e7-detail = This password is for your first sign-in only: you will be asked to choose your own. Please do not forward this message.
mail-e7-button = Sign in
mail-e7-reason = You receive this message because your organisation created an account for you on { $tenant }.

## E8: created without a password

mail-e8-subject = Choose your password for { $tenant }
mail-e8-title = One step left
mail-e8-intro = Your organisation has set up an account for you on { $tenant }. Choose a password and you are in.
mail-e8-detail = If the link has expired, ask for a new one with “Forgot your password?” on the sign-in page.
mail-e8-button = Choose a password
mail-e8-reason = You receive this message because your organisation created an account for you on { $tenant }.

## E13: the account will be deleted

mail-e13-subject = Your account on { $tenant } will be deleted on { $date }
mail-e13-title = Your account is about to close
mail-e13-intro = Your account on { $tenant } will be deleted on { $date }. From then on you will no longer be able to sign in.
mail-e13-detail = Is there anything you want to keep? Please save it before that day. If you think this is a mistake, talk to the person who runs { $tenant } in your organisation.
mail-e13-button = Go to { $tenant }
mail-e13-reason = You receive this message because your organisation set an end date for your account on { $tenant }.

## RESET: forgotten password

mail-reset-subject = Choose a new password for { $tenant }
mail-reset-title = Choose a new password
mail-reset-intro = You asked for a new password for your account on { $tenant }. This is where you choose it.
mail-reset-detail = If it was not you, you need not do anything: your password stays as it is.
mail-reset-button = Choose a new password
mail-reset-reason = You receive this message because somebody asked for a new password with your address.

## Fields and things

label-last-name = Last name
label-first-name = First name
label-email = Email
label-user-name = User name
label-password = Password
label-new-password = New password
label-email-or-user-name = Email or user name
label-groups = Groups
label-language = Language
label-show-password = Show the password

## Buttons and links

action-submit-invite = Open my account
action-submit-password = Save and sign in
action-sign-in = Sign in
action-sign-out = Sign out
action-forgot = Forgot your password?
action-send-link = Send me a link
action-back-to-sign-in = Back to sign-in
action-sign-in-sso = Continue with my company account
action-continue = Continue

## Roles

role-learner = Learner
role-author = Author
role-coach = Coach
role-useradmin = User administrator
role-admin = Administrator
role-owner = Owner

## The invitation form

page-invite-title = Welcome to { $tenant }
page-invite-intro = Tell us your name and choose a password, and your account is open.
page-invite-sso-intro = Sign in with your company account, and your account is open.
page-invite-for = This invitation is for { $email }.
page-password-hint = At least 12 characters. Three or four unrelated words make a good password.

## The set-password page

page-set-password-title = Choose your password
page-set-password-intro = For your account on { $tenant }, { $email }.
page-set-password-mailed = The password we mailed you was only for your first sign-in. Choose one that only you know.
page-set-password-sso = You need no password for your account on { $tenant }: sign in with your company account.

## Signing in

page-sign-in-title = Sign in
page-sign-in-title-tenant = Sign in to { $tenant }
page-sign-in-intro = Good to see you.

## Forgotten passwords and lost links

page-forgot-title = Forgot your password?
page-forgot-intro = Tell us the address your mails from us go to. We will send you a link to choose a new password; if you were invited and have not answered yet, a new invitation.
page-forgot-done-title = Look at your mail
page-forgot-done = If there is an account for this address, a message with a link is on its way. It may take a few minutes. Nothing there? Look in the spam folder, or ask the people who invited you.

## Links that no longer work

page-dead-link-title = This link no longer works
page-dead-link-text = It may have been used already, replaced by a newer one, or it has expired. If your account is open, just sign in.
page-dead-link-new-title = Need a new link?
page-dead-link-new = Tell us your address, and we will send you one.

## A signed-in person's page

page-me-title = Your account
page-me-welcome = Welcome!
page-me-welcome-name = Welcome, { $name }!
page-me-intro = You are signed in to { $tenant }.
page-me-details = Your details
page-me-groups = Your groups
page-me-no-groups = You are in no group yet.
page-me-deletion = Your account will be deleted on { $date }.
page-password-changed-title = Your password is saved
page-password-changed = From now on, sign in with your new password.
page-must-change-title = Choose your own password
page-must-change-intro = The password in your mail was for your first sign-in only.
page-signed-out-title = You are signed out
page-signed-out = See you soon.

## What is wrong with an answer

error-summary = Please look at this again:
error-first-name-missing = Please enter your first name.
error-last-name-missing = Please enter your last name.
error-first-name-long = This first name is too long.
error-last-name-long = This last name is too long.
error-name-invalid = A name can’t contain web addresses or unusual signs.
error-email-missing = Please enter your email address or user name.
error-password-missing = Please enter a password.
error-password-short = This password is too short: it needs at least 12 characters.
error-password-long = This password is too long.
error-password-weak = This password is too easy to guess. Try three or four unrelated words.
error-password-same = This is the password we mailed to you. Please choose another one that only you know.
error-password-personal = This password contains your name or your address. Please choose something nobody connects with you.
error-credentials = That did not match. Check your user name and your password.
error-busy = Many people are here right now. Please try again in a moment.
error-form-expired = This page was open for too long. Please send the form again.

## Requests that failed

page-400-title = We did not understand that
page-400-text = Your browser sent something we can’t read. Please go back and try again.
page-403-title = This is not for your eyes
page-403-text = You are signed in, but you have no access to this page.
page-404-title = There is nothing here
page-404-text = This page does not exist, or no longer does. Check the address, or start again from the sign-in page.
page-429-title = One moment, please
page-429-text = That was a lot of requests in a short time. Please wait a minute and try again.
page-500-title = Something went wrong
page-500-text = It is our fault, not yours, and it has been noted. Please try again in a few minutes.
page-503-title = Back in a moment
page-503-text = We are very busy right now. Please try again in a moment.
