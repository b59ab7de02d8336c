# Los textos en español. Tratamiento: usted, sin marcar el género de quien lee. Comillas « »; ¿? y ¡! de apertura.

## Idioma

language-name = español
language-direction = ltr

## Fechas

month-1 = enero
month-2 = febrero
month-3 = marzo
month-4 = abril
month-5 = mayo
month-6 = junio
month-7 = julio
month-8 = agosto
month-9 = septiembre
month-10 = octubre
month-11 = noviembre
month-12 = diciembre
list-comma = { ", " }
date-long = { $day } de { $month } de { $year }
date-moment = { $date } a las { $hour }:{ $minute } ({ $zone })

## Correos: lo que comparten

mail-greeting = Hola:
mail-greeting-name = Hola, { $name }:
mail-expiry = Este enlace es válido hasta el { $date } y solo puede usarse una vez.
mail-link-fallback = Si el botón no funciona, copie esta dirección en su navegador:
mail-label = { $label }:
mail-label-login = Nombre de usuario
mail-label-password = Contraseña
mail-label-starts = Comienza el
mail-label-roles = Rol
mail-label-finished = Finalizada
mail-label-created = Añadidas
mail-label-updated = Modificadas
mail-label-unchanged = Sin cambios
mail-label-rejected = Rechazadas
mail-label-line = Línea { $line }
mail-label-line-column = Línea { $line }, columna { $column }
mail-label-more = Otras filas rechazadas
mail-label-failed = Mensajes no entregados
mail-label-bounced = Mensajes devueltos
mail-label-webhooks = Webhooks que ya no reciben eventos
mail-label-conflicts = Cambios rechazados
mail-label-adopted = Personas asumidas por una conexión
mail-label-parked = Eliminaciones en espera
mail-signature = El equipo de { $tenant }
mail-footer = { $tenant } ha enviado este mensaje automáticamente.
mail-footer-reply = ¿Tiene alguna pregunta? Responda a este mensaje.

## E1: invitación a la plataforma

mail-e1-subject = Su invitación a { $tenant }
mail-e1-title = Le damos la bienvenida a { $tenant }
mail-e1-intro = Hay una cuenta esperándole en { $tenant }. Para abrirla, indique su nombre y elija una contraseña. Solo le llevará un minuto.
mail-e1-intro-by = { $inviter } le invita a { $tenant }. Para abrir su cuenta, indique su nombre y elija una contraseña. Solo le llevará un minuto.
mail-e1-detail = Su cuenta no estará activa hasta que haya completado este formulario.
mail-e1-button = Aceptar la invitación
mail-e1-reason = Recibe este mensaje porque su organización le ha invitado a { $tenant }. Si no lo esperaba, puede ignorarlo: no ocurrirá nada.

## E2: invitación desde un grupo

mail-e2-subject = Su invitación a { $group } en { $tenant }
mail-e2-title = El grupo { $group } le espera
mail-e2-intro = El grupo { $group } le espera en { $tenant }. Para unirse, indique su nombre y elija una contraseña. Solo le llevará un minuto.
mail-e2-intro-by = { $inviter } le invita al grupo { $group } de { $tenant }. Para unirse, indique su nombre y elija una contraseña. Solo le llevará un minuto.

## E3: invitación desde una sesión

mail-e3-subject = { $inviter } le invita a { $session }
mail-e3-title = Su invitación a { $session }
mail-e3-intro = { $inviter } ha registrado su inscripción en { $session }, en { $tenant }. Para participar, indique su nombre y elija una contraseña. Solo le llevará un minuto.

## E4: recordatorio

mail-e4-subject = Su invitación a { $tenant } sigue pendiente
mail-e4-title = Su cuenta le sigue esperando
mail-e4-intro = { $days ->
    [one] Le queda un día para aceptar su invitación a { $tenant }. Para abrir su cuenta, indique su nombre y elija una contraseña.
   *[other] Le quedan { $days } días para aceptar su invitación a { $tenant }. Para abrir su cuenta, indique su nombre y elija una contraseña.
}

## E5: la invitación de nuevo

mail-e5-detail = Este enlace sustituye al de nuestro mensaje anterior, que ya no funciona.

## Invitaciones en las que se entra con la cuenta de la empresa (lo que cambia respecto a e1 a e4)

mail-sso-e1-intro = Su organización tiene una cuenta para usted en { $tenant }. Inicie sesión con su cuenta de empresa para abrirla; no necesita otra contraseña.
mail-sso-e1-intro-by = { $inviter } le invita a { $tenant }. Inicie sesión con su cuenta de empresa para abrir allí su cuenta; no necesita otra contraseña.
mail-sso-e2-intro = El grupo { $group } le espera en { $tenant }. Para unirse, inicie sesión con su cuenta de empresa; no necesita otra contraseña.
mail-sso-e2-intro-by = { $inviter } le invita al grupo { $group } de { $tenant }. Para unirse, inicie sesión con su cuenta de empresa; no necesita otra contraseña.
mail-sso-e3-intro = { $inviter } ha registrado su inscripción en { $session }, en { $tenant }. Para participar, inicie sesión con su cuenta de empresa; no necesita otra contraseña.
mail-sso-e4-intro = { $days ->
    [one] Le queda un día para aceptar su invitación a { $tenant }. Inicie sesión con su cuenta de empresa para abrir su cuenta.
   *[other] Le quedan { $days } días para aceptar su invitación a { $tenant }. Inicie sesión con su cuenta de empresa para abrir su cuenta.
}
mail-sso-e10-invite-intro = Su organización vuelve a darle acceso a { $tenant }. Inicie sesión con su cuenta de empresa para abrir su cuenta.
mail-sso-detail = Su cuenta no estará activa hasta que haya iniciado sesión.
mail-sso-button = Iniciar sesión con mi cuenta de empresa
mail-sso-e6-detail = Inicie sesión con su cuenta de empresa; no necesita otra contraseña.
mail-sso-reset-subject = Cómo iniciar sesión en { $tenant }
mail-sso-reset-title = Inicie sesión con su cuenta de empresa
mail-sso-reset-intro = Ha pedido una contraseña nueva para su cuenta en { $tenant }. Allí no necesita ninguna: inicie sesión con su cuenta de empresa.
mail-sso-reset-detail = Si no ha sido usted, no tiene que hacer nada. Si ha olvidado la contraseña de su cuenta de empresa, consulte a quien la gestiona en su organización.

## E9: informe de una importación

mail-e9-subject = Su importación en { $tenant } ha finalizado
mail-e9-title = Su importación ha finalizado
mail-e9-intro = { $count ->
    [one] Se ha leído una fila de su archivo. Este es el resultado.
   *[other] Se han leído { $count } filas de su archivo. Este es el resultado.
}
mail-e9-detail = { $rejected ->
    [0] No se ha rechazado ninguna fila: no tiene que hacer nada más.
    [one] La fila rechazada no ha cambiado nada. Corríjala e importe el archivo de nuevo; lo que ya existe no se añade dos veces.
   *[other] Las filas rechazadas no han cambiado nada. Corríjalas e importe el archivo de nuevo; lo que ya existe no se añade dos veces.
}
mail-e9-button = Iniciar sesión
mail-e9-reason = Recibe este mensaje porque ha importado un archivo en { $tenant }.

## E10: de vuelta

mail-e10-subject = Le damos de nuevo la bienvenida a { $tenant }
mail-e10-title = Nos alegra volver a verle
mail-e10-intro = Su organización vuelve a darle acceso a { $tenant }, con una cuenta nueva.
mail-e10-invite-intro = Su organización vuelve a darle acceso a { $tenant }. Para abrir su cuenta, indique su nombre y elija una contraseña. Solo le llevará un minuto.

## E11: en un grupo

mail-e11-subject = Ya forma parte de { $group }
mail-e11-title = Ya forma parte de { $group }
mail-e11-intro = Ya tiene acceso al grupo { $group } en { $tenant }. Lo encontrará la próxima vez que inicie sesión.
mail-e11-detail = No tiene que hacer nada más.
mail-e11-button = Iniciar sesión
mail-e11-reason = Recibe este mensaje porque tiene una cuenta en { $tenant }.

## E12: inscripción en una sesión

mail-e12-subject = Su inscripción en { $session }
mail-e12-title = Su inscripción en { $session }
mail-e12-intro = { $inviter } ha registrado su inscripción en { $session }, en { $tenant }.
mail-e12-detail = No tiene que hacer nada más.
mail-e12-button = Iniciar sesión
mail-e12-reason = Recibe este mensaje porque tiene una cuenta en { $tenant }.

## E14: suspendida, eliminada, retirada

mail-e14-suspended-subject = Su cuenta en { $tenant } está suspendida
mail-e14-suspended-title = Su cuenta está suspendida
mail-e14-suspended-intro = No podrá iniciar sesión en { $tenant } hasta que su cuenta se reactive.
mail-e14-deleted-subject = Su cuenta en { $tenant } se ha eliminado
mail-e14-deleted-title = Su cuenta se ha eliminado
mail-e14-deleted-intro = Ya no puede iniciar sesión en { $tenant }.
mail-e14-cancelled-subject = Se ha retirado su invitación a { $tenant }
mail-e14-cancelled-title = Se ha retirado su invitación
mail-e14-cancelled-intro = El enlace de nuestro mensaje anterior ya no funciona.
mail-e14-detail = Si cree que se trata de un error, hable con la persona que gestiona { $tenant } en su organización.
mail-e14-reason = Recibe este mensaje porque tenía una cuenta o una invitación en { $tenant }.

## E15: para quien administra

mail-e15-subject = { $tenant } necesita su atención
mail-e15-title = Hay algo que necesita su atención
mail-e15-intro = { $count ->
    [0] Esto ha ocurrido en { $tenant } desde nuestro último mensaje y quizá necesite su atención.
    [one] Hay un mensaje retenido a la espera de que usted lo envíe o lo descarte.
   *[other] Hay { $count } mensajes retenidos a la espera de que usted los envíe o los descarte.
}
mail-e15-detail = Los mensajes se retienen cuando en una hora hay más de los que permite el límite, o cuando las notificaciones están en espera. Las cuentas ya están listas.
mail-e15-detail-none-held = Inicie sesión para ver los detalles y lo que puede hacer.
mail-e15-parked = Las eliminaciones quedan en espera cuando de una vez se eliminarían por su fecha más personas de las que permite el espacio. No se elimina a nadie mientras usted no las libere, y todas se quedan si las descarta: use la API o la orden «usher deletions».
mail-e15-button = Iniciar sesión
mail-e15-reason = Recibe este mensaje porque administra { $tenant }.

## ADDRESS: a la dirección anterior

mail-address-subject = Ha cambiado la dirección de su cuenta en { $tenant }
mail-address-title = Su dirección ha cambiado
mail-address-intro = Su organización ha asignado otra dirección a su cuenta en { $tenant }. A partir de ahora, nuestros mensajes se enviarán allí.
mail-address-detail = Si cree que se trata de un error, hable con la persona que gestiona { $tenant } en su organización.
mail-address-reason = Recibe este mensaje porque su cuenta en { $tenant } usaba esta dirección hasta ahora.

## E6: creada; la contraseña se conoce, o entra con otro sistema

mail-e6-subject = Su cuenta en { $tenant } está lista
mail-e6-title = Su cuenta está lista
mail-e6-intro = Su organización ha creado una cuenta para usted en { $tenant }. Puede empezar ahora mismo.
mail-e6-detail = Inicie sesión con su cuenta de empresa o con la contraseña que le hayan dado. Si no tiene ninguna, elija «¿Ha olvidado su contraseña?» en la página de inicio de sesión.
mail-e6-button = Iniciar sesión
mail-e6-reason = Recibe este mensaje porque su organización ha creado una cuenta para usted en { $tenant }.

## E7: creada con una contraseña generada

mail-e7-subject = Sus datos de acceso a { $tenant }
mail-e7-title = Su cuenta está lista
mail-e7-intro = Su organización ha creado una cuenta para usted en { $tenant }. Esto es lo que necesita para iniciar sesión por primera vez.
mail-e7-detail = Esta contraseña solo sirve la primera vez: después elegirá la suya. Le rogamos que no reenvíe este mensaje.
mail-e7-button = Iniciar sesión
mail-e7-reason = Recibe este mensaje porque su organización ha creado una cuenta para usted en { $tenant }.

## E8: creada sin contraseña

mail-e8-subject = Elija su contraseña para { $tenant }
mail-e8-title = Solo falta un paso
mail-e8-intro = Su organización ha creado una cuenta para usted en { $tenant }. Elija una contraseña y ya podrá entrar.
mail-e8-detail = Si el enlace ha caducado, pida otro con «¿Ha olvidado su contraseña?» en la página de inicio de sesión.
mail-e8-button = Elegir una contraseña
mail-e8-reason = Recibe este mensaje porque su organización ha creado una cuenta para usted en { $tenant }.

## E13: la cuenta se eliminará

mail-e13-subject = Su cuenta en { $tenant } se eliminará el { $date }
mail-e13-title = Su cuenta se cerrará pronto
mail-e13-intro = Su cuenta en { $tenant } se eliminará el { $date }. A partir de ese día ya no podrá iniciar sesión.
mail-e13-detail = ¿Hay algo que quiera conservar? Guárdelo antes de ese día. Si cree que se trata de un error, hable con la persona que gestiona { $tenant } en su organización.
mail-e13-button = Ir a { $tenant }
mail-e13-reason = Recibe este mensaje porque su organización ha fijado una fecha de fin para su cuenta en { $tenant }.

## RESET: contraseña olvidada

mail-reset-subject = Elija una contraseña nueva para { $tenant }
mail-reset-title = Elija una contraseña nueva
mail-reset-intro = Ha pedido una contraseña nueva para su cuenta en { $tenant }. Aquí puede elegirla.
mail-reset-detail = Si no ha sido usted, no tiene que hacer nada: su contraseña sigue siendo la misma.
mail-reset-button = Elegir una contraseña nueva
mail-reset-reason = Recibe este mensaje porque alguien ha pedido una contraseña nueva con su dirección.

## Campos y cosas

label-last-name = Apellidos
label-first-name = Nombre
label-email = Correo electrónico
label-user-name = Nombre de usuario
label-password = Contraseña
label-new-password = Contraseña nueva
label-email-or-user-name = Correo electrónico o nombre de usuario
label-groups = Grupos
label-language = Idioma
label-show-password = Mostrar la contraseña

## Botones y enlaces

action-submit-invite = Abrir mi cuenta
action-submit-password = Guardar e iniciar sesión
action-sign-in = Iniciar sesión
action-sign-out = Cerrar sesión
action-forgot = ¿Ha olvidado su contraseña?
action-send-link = Enviarme un enlace
action-back-to-sign-in = Volver al inicio de sesión
action-sign-in-sso = Continuar con mi cuenta de empresa
action-continue = Continuar

## Roles

role-learner = Estudiante
role-author = Responsable de contenidos
role-coach = Coach
role-useradmin = Gestión de usuarios
role-admin = Administración
role-owner = Titular

## El formulario de invitación

page-invite-title = Le damos la bienvenida a { $tenant }
page-invite-intro = Indique su nombre y elija una contraseña: con eso, su cuenta queda abierta.
page-invite-sso-intro = Inicie sesión con su cuenta de empresa: con eso, su cuenta queda abierta.
page-invite-for = Esta invitación es para { $email }.
page-password-hint = Al menos 12 caracteres. Tres o cuatro palabras sin relación entre sí forman una buena contraseña.

## La página de la contraseña

page-set-password-title = Elija su contraseña
page-set-password-intro = Para su cuenta en { $tenant }, { $email }.
page-set-password-mailed = La contraseña que le enviamos solo servía para el primer acceso. Elija una que solo usted conozca.
page-set-password-sso = No necesita contraseña para su cuenta en { $tenant }: inicie sesión con su cuenta de empresa.

## Inicio de sesión

page-sign-in-title = Iniciar sesión
page-sign-in-title-tenant = Iniciar sesión en { $tenant }
page-sign-in-intro = Nos alegra verle.

## Contraseñas olvidadas y enlaces perdidos

page-forgot-title = ¿Ha olvidado su contraseña?
page-forgot-intro = Indique la dirección en la que recibe nuestros correos. Le enviaremos un enlace para elegir una contraseña nueva o, si aún no ha respondido a su invitación, una invitación nueva.
page-forgot-done-title = Revise su correo
page-forgot-done = Si existe una cuenta con esta dirección, un mensaje con un enlace está en camino. Puede tardar unos minutos. ¿No llega nada? Mire en la carpeta de correo no deseado o pregunte a quien le invitó.

## Enlaces que ya no funcionan

page-dead-link-title = Este enlace ya no funciona
page-dead-link-text = Puede que ya se haya usado, que otro más reciente lo haya sustituido o que haya caducado. Si su cuenta está abierta, simplemente inicie sesión.
page-dead-link-new-title = ¿Necesita un enlace nuevo?
page-dead-link-new = Indique su dirección y le enviaremos uno.

## La página de quien ha iniciado sesión

page-me-title = Su cuenta
page-me-welcome = ¡Hola!
page-me-welcome-name = ¡Hola, { $name }!
page-me-intro = Ha iniciado sesión en { $tenant }.
page-me-details = Sus datos
page-me-groups = Sus grupos
page-me-no-groups = Aún no está en ningún grupo.
page-me-deletion = Su cuenta se eliminará el { $date }.
page-password-changed-title = Su contraseña se ha guardado
page-password-changed = A partir de ahora, inicie sesión con su contraseña nueva.
page-must-change-title = Elija su propia contraseña
page-must-change-intro = La contraseña de su correo solo servía para la primera vez.
page-signed-out-title = Ha cerrado la sesión
page-signed-out = Hasta pronto.

## Lo que falla en una respuesta

error-summary = Revise lo siguiente:
error-first-name-missing = Indique su nombre.
error-last-name-missing = Indique sus apellidos.
error-first-name-long = Este nombre es demasiado largo.
error-last-name-long = Estos apellidos son demasiado largos.
error-name-invalid = Un nombre no puede contener direcciones web ni signos poco habituales.
error-email-missing = Indique su correo electrónico o su nombre de usuario.
error-password-missing = Indique una contraseña.
error-password-short = Esta contraseña es demasiado corta: necesita al menos 12 caracteres.
error-password-long = Esta contraseña es demasiado larga.
error-password-weak = Esta contraseña es demasiado fácil de adivinar. Pruebe con tres o cuatro palabras sin relación entre sí.
error-password-same = Esta es la contraseña que le enviamos. Elija otra que solo usted conozca.
error-password-personal = Esta contraseña contiene su nombre o su dirección. Elija algo que nadie relacione con usted.
error-credentials = Los datos no coinciden. Compruebe su nombre de usuario y su contraseña.
error-busy = Hay mucha gente en este momento. Vuelva a intentarlo dentro de un instante.
error-form-expired = Esta página ha estado abierta demasiado tiempo. Envíe el formulario de nuevo.

## Peticiones que han fallado

page-400-title = No lo hemos entendido
page-400-text = Su navegador ha enviado algo que no podemos leer. Vuelva atrás e inténtelo de nuevo.
page-403-title = No tiene acceso a esta página
page-403-text = Ha iniciado sesión, pero su cuenta no da acceso a esta página.
page-404-title = Aquí no hay nada
page-404-text = Esta página no existe, o ya no existe. Compruebe la dirección o empiece de nuevo desde la página de inicio de sesión.
page-429-title = Un momento, por favor
page-429-text = Han sido muchas peticiones en poco tiempo. Espere un minuto y vuelva a intentarlo.
page-500-title = Algo ha fallado
page-500-text = La culpa es nuestra, no suya, y el error ha quedado registrado. Vuelva a intentarlo dentro de unos minutos.
page-503-title = Volvemos enseguida
page-503-text = Tenemos mucho trabajo en este momento. Vuelva a intentarlo dentro de un instante.
