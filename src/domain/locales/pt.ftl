# Os textos em português, com o vocabulário do Brasil. Tratamento formal na terceira pessoa, sem pronome e sem marcar o gênero de
# quem lê, para que soe natural também em Portugal. Aspas “ ”.

## Idioma

language-name = português
language-direction = ltr

## Datas

month-1 = janeiro
month-2 = fevereiro
month-3 = março
month-4 = abril
month-5 = maio
month-6 = junho
month-7 = julho
month-8 = agosto
month-9 = setembro
month-10 = outubro
month-11 = novembro
month-12 = dezembro
list-comma = { ", " }
date-long = { $day ->
    [1] 1º
   *[other] { $day }
} de { $month } de { $year }
date-moment = { $date } às { $hour }h{ $minute } ({ $zone })

## E-mails: o que têm em comum

mail-greeting = Olá!
mail-greeting-name = Olá, { $name }!
mail-expiry = Este link é válido até { $date } e só pode ser usado uma vez.
mail-link-fallback = Se o botão não funcionar, copie este endereço no navegador:
mail-label = { $label }:
mail-label-login = Nome de usuário
mail-label-password = Senha
mail-label-starts = Começa em
mail-label-roles = Função
mail-label-finished = Concluída
mail-label-created = Adicionadas
mail-label-updated = Alteradas
mail-label-unchanged = Sem alteração
mail-label-rejected = Recusadas
mail-label-line = Linha { $line }
mail-label-line-column = Linha { $line }, coluna { $column }
mail-label-more = Outras linhas recusadas
mail-label-failed = Mensagens não entregues
mail-label-bounced = Mensagens devolvidas
mail-label-webhooks = Webhooks que não recebem mais eventos
mail-label-conflicts = Alterações recusadas
mail-label-adopted = Pessoas assumidas por uma conexão
mail-label-parked = Exclusões em espera
mail-signature = Equipe { $tenant }
mail-footer = Esta mensagem foi enviada automaticamente por { $tenant }.
mail-footer-reply = Tem alguma pergunta? Basta responder a esta mensagem.

## E1: convite para a plataforma

mail-e1-subject = Seu convite para { $tenant }
mail-e1-title = Boas-vindas a { $tenant }
mail-e1-intro = Há uma conta à sua espera em { $tenant }. Para abri-la, informe seu nome e escolha uma senha. Leva cerca de um minuto.
mail-e1-intro-by = { $inviter } enviou um convite para { $tenant }. Para abrir sua conta, informe seu nome e escolha uma senha. Leva cerca de um minuto.
mail-e1-detail = Sua conta só ficará ativa depois que este formulário for preenchido.
mail-e1-button = Aceitar o convite
mail-e1-reason = Esta mensagem foi enviada porque sua organização fez um convite para { $tenant }. Se não a esperava, pode ignorá-la: nada acontecerá.

## E2: convite a partir de um grupo

mail-e2-subject = Seu convite para { $group } em { $tenant }
mail-e2-title = Seu convite para { $group }
mail-e2-intro = O grupo { $group } em { $tenant } está à sua espera. Para participar, informe seu nome e escolha uma senha. Leva cerca de um minuto.
mail-e2-intro-by = { $inviter } enviou um convite para o grupo { $group } em { $tenant }. Para participar, informe seu nome e escolha uma senha. Leva cerca de um minuto.

## E3: convite a partir de uma sessão

mail-e3-subject = Convite de { $inviter } para { $session }
mail-e3-title = Seu convite para { $session }
mail-e3-intro = { $inviter } registrou sua inscrição em { $session }, em { $tenant }. Para participar, informe seu nome e escolha uma senha. Leva cerca de um minuto.

## E4: lembrete

mail-e4-subject = Seu convite para { $tenant } ainda está em aberto
mail-e4-title = Sua conta ainda está à espera
mail-e4-intro = { $days ->
    [one] Falta um dia para o fim do prazo do seu convite para { $tenant }. Para abrir sua conta, informe seu nome e escolha uma senha.
   *[other] Faltam { $days } dias para o fim do prazo do seu convite para { $tenant }. Para abrir sua conta, informe seu nome e escolha uma senha.
}

## E5: o convite de novo

mail-e5-detail = Este link substitui o da nossa mensagem anterior, que já não funciona.

## Convites em que se entra com a conta da empresa (o que muda de e1 a e4)

mail-sso-e1-intro = Sua organização preparou uma conta em { $tenant }. Para abri-la, entre com a conta da sua empresa; não é preciso outra senha.
mail-sso-e1-intro-by = { $inviter } enviou um convite para { $tenant }. Para abrir sua conta, entre com a conta da sua empresa; não é preciso outra senha.
mail-sso-e2-intro = O grupo { $group } em { $tenant } está à sua espera. Para participar, entre com a conta da sua empresa; não é preciso outra senha.
mail-sso-e2-intro-by = { $inviter } enviou um convite para o grupo { $group } em { $tenant }. Para participar, entre com a conta da sua empresa; não é preciso outra senha.
mail-sso-e3-intro = { $inviter } registrou sua inscrição em { $session }, em { $tenant }. Para participar, entre com a conta da sua empresa; não é preciso outra senha.
mail-sso-e4-intro = { $days ->
    [one] Falta um dia para o fim do prazo do seu convite para { $tenant }. Para abrir sua conta, entre com a conta da sua empresa.
   *[other] Faltam { $days } dias para o fim do prazo do seu convite para { $tenant }. Para abrir sua conta, entre com a conta da sua empresa.
}
mail-sso-e10-invite-intro = Sua organização restabeleceu seu acesso a { $tenant }. Para abrir sua conta, entre com a conta da sua empresa.
mail-sso-detail = Sua conta só ficará ativa depois do primeiro acesso.
mail-sso-button = Entrar com a conta da empresa
mail-sso-e6-detail = Entre com a conta da sua empresa; não é preciso outra senha.
mail-sso-reset-subject = Como entrar em { $tenant }
mail-sso-reset-title = Entre com a conta da sua empresa
mail-sso-reset-intro = Recebemos um pedido de nova senha para sua conta em { $tenant }. Ali não é preciso senha: entre com a conta da sua empresa.
mail-sso-reset-detail = Se o pedido não foi seu, não é preciso fazer nada. Se esqueceu a senha da conta da empresa, fale com quem cuida dela na sua organização.

## E9: relatório de uma importação

mail-e9-subject = Sua importação em { $tenant } foi concluída
mail-e9-title = Sua importação foi concluída
mail-e9-intro = { $count ->
    [one] Uma linha do seu arquivo foi lida. Este é o resultado.
   *[other] { $count } linhas do seu arquivo foram lidas. Este é o resultado.
}
mail-e9-detail = { $rejected ->
    [0] Nenhuma linha foi recusada: não é preciso fazer mais nada.
    [one] A linha recusada não alterou nada. Corrija-a e importe o arquivo de novo; o que já existe não é adicionado duas vezes.
   *[other] As linhas recusadas não alteraram nada. Corrija-as e importe o arquivo de novo; o que já existe não é adicionado duas vezes.
}
mail-e9-button = Entrar
mail-e9-reason = Esta mensagem foi enviada porque um arquivo seu foi importado em { $tenant }.

## E10: de volta

mail-e10-subject = Boas-vindas de volta a { $tenant }
mail-e10-title = Boas-vindas de volta
mail-e10-intro = Sua organização restabeleceu seu acesso a { $tenant }, com uma nova conta.
mail-e10-invite-intro = Sua organização restabeleceu seu acesso a { $tenant }. Para abrir sua conta, informe seu nome e escolha uma senha. Leva cerca de um minuto.

## E11: em um grupo

mail-e11-subject = Seu acesso ao grupo { $group }
mail-e11-title = Seu acesso a { $group }
mail-e11-intro = A partir de agora, o grupo { $group } em { $tenant } está disponível na sua conta. Ele estará lá no próximo acesso.
mail-e11-detail = Não é preciso fazer mais nada.
mail-e11-button = Entrar
mail-e11-reason = Esta mensagem foi enviada porque há uma conta sua em { $tenant }.

## E12: inscrição em uma sessão

mail-e12-subject = Sua inscrição em { $session }
mail-e12-title = Sua inscrição em { $session }
mail-e12-intro = { $inviter } registrou sua inscrição em { $session }, em { $tenant }.
mail-e12-detail = Não é preciso fazer mais nada.
mail-e12-button = Entrar
mail-e12-reason = Esta mensagem foi enviada porque há uma conta sua em { $tenant }.

## E14: suspensa, excluída, retirado

mail-e14-suspended-subject = Sua conta em { $tenant } está suspensa
mail-e14-suspended-title = Sua conta está suspensa
mail-e14-suspended-intro = Não será possível entrar em { $tenant } até que sua conta seja reativada.
mail-e14-deleted-subject = Sua conta em { $tenant } foi excluída
mail-e14-deleted-title = Sua conta foi excluída
mail-e14-deleted-intro = Já não é possível entrar em { $tenant }.
mail-e14-cancelled-subject = Seu convite para { $tenant } foi retirado
mail-e14-cancelled-title = Seu convite foi retirado
mail-e14-cancelled-intro = O link da nossa mensagem anterior já não funciona.
mail-e14-detail = Se achar que se trata de um engano, fale com a pessoa que cuida de { $tenant } na sua organização.
mail-e14-reason = Esta mensagem foi enviada porque havia uma conta ou um convite seu em { $tenant }.

## E15: para quem administra

mail-e15-subject = { $tenant } precisa da sua atenção
mail-e15-title = Algo precisa da sua atenção
mail-e15-intro = { $count ->
    [0] Isto aconteceu em { $tenant } desde a nossa última mensagem e talvez precise da sua atenção.
    [one] Uma mensagem está retida, à espera de ser liberada ou descartada.
   *[other] { $count } mensagens estão retidas, à espera de serem liberadas ou descartadas.
}
mail-e15-detail = As mensagens são retidas quando, em uma hora, há mais do que o limite permite, ou quando as notificações estão em espera. As contas em si estão prontas.
mail-e15-detail-none-held = Entre para ver os detalhes e o que é possível fazer.
mail-e15-parked = As exclusões ficam em espera quando, de uma só vez, seriam excluídas na sua data mais pessoas do que o espaço permite. Ninguém é excluído enquanto as exclusões não forem liberadas, e todos permanecem se elas forem descartadas: use a API ou o comando “usher deletions”.
mail-e15-button = Entrar
mail-e15-reason = Esta mensagem foi enviada a quem administra { $tenant }.

## ADDRESS: para o endereço antigo

mail-address-subject = O endereço da sua conta em { $tenant } mudou
mail-address-title = Seu endereço mudou
mail-address-intro = Sua organização definiu outro endereço para sua conta em { $tenant }. A partir de agora, nossas mensagens serão enviadas para lá.
mail-address-detail = Se achar que se trata de um engano, fale com a pessoa que cuida de { $tenant } na sua organização.
mail-address-reason = Esta mensagem foi enviada porque, até agora, sua conta em { $tenant } usava este endereço.

## E6: criada; a senha é conhecida, ou outro sistema faz o acesso

mail-e6-subject = Sua conta em { $tenant } está pronta
mail-e6-title = Sua conta está pronta
mail-e6-intro = Sua organização criou uma conta em seu nome em { $tenant }. Já é possível começar.
mail-e6-detail = Entre com a conta da sua empresa ou com a senha que recebeu. Se não tiver uma, escolha “Esqueceu a senha?” na página de acesso.
mail-e6-button = Entrar
mail-e6-reason = Esta mensagem foi enviada porque sua organização criou uma conta em seu nome em { $tenant }.

## E7: criada com uma senha gerada

mail-e7-subject = Seus dados de acesso a { $tenant }
mail-e7-title = Sua conta está pronta
mail-e7-intro = Sua organização criou uma conta em seu nome em { $tenant }. Estes são os dados para o primeiro acesso.
mail-e7-detail = Esta senha só vale para o primeiro acesso: depois, será preciso escolher outra. Por favor, não encaminhe esta mensagem.
mail-e7-button = Entrar
mail-e7-reason = Esta mensagem foi enviada porque sua organização criou uma conta em seu nome em { $tenant }.

## E8: criada sem senha

mail-e8-subject = Escolha sua senha para { $tenant }
mail-e8-title = Só falta um passo
mail-e8-intro = Sua organização criou uma conta em seu nome em { $tenant }. Basta escolher uma senha para começar.
mail-e8-detail = Se o link tiver vencido, peça outro em “Esqueceu a senha?” na página de acesso.
mail-e8-button = Escolher uma senha
mail-e8-reason = Esta mensagem foi enviada porque sua organização criou uma conta em seu nome em { $tenant }.

## E13: a conta será excluída

mail-e13-subject = Sua conta em { $tenant } será excluída em { $date }
mail-e13-title = Sua conta será encerrada em breve
mail-e13-intro = Sua conta em { $tenant } será excluída em { $date }. A partir desse dia, já não será possível entrar.
mail-e13-detail = Há algo que queira guardar? Salve antes desse dia. Se achar que se trata de um engano, fale com a pessoa que cuida de { $tenant } na sua organização.
mail-e13-button = Ir para { $tenant }
mail-e13-reason = Esta mensagem foi enviada porque sua organização definiu uma data de término para sua conta em { $tenant }.

## RESET: senha esquecida

mail-reset-subject = Escolha uma nova senha para { $tenant }
mail-reset-title = Escolha uma nova senha
mail-reset-intro = Recebemos um pedido de nova senha para sua conta em { $tenant }. Aqui é possível escolhê-la.
mail-reset-detail = Se o pedido não foi seu, não é preciso fazer nada: sua senha continua a mesma.
mail-reset-button = Escolher uma nova senha
mail-reset-reason = Esta mensagem foi enviada porque alguém pediu uma nova senha com seu endereço.

## Campos e coisas

label-last-name = Sobrenome
label-first-name = Nome
label-email = E-mail
label-user-name = Nome de usuário
label-password = Senha
label-new-password = Nova senha
label-email-or-user-name = E-mail ou nome de usuário
label-groups = Grupos
label-language = Idioma
label-show-password = Mostrar a senha

## Botões e links

action-submit-invite = Abrir minha conta
action-submit-password = Salvar e entrar
action-sign-in = Entrar
action-sign-out = Sair
action-forgot = Esqueceu a senha?
action-send-link = Receber um link
action-back-to-sign-in = Voltar à página de acesso
action-sign-in-sso = Continuar com a conta da empresa
action-continue = Continuar

## Funções

role-learner = Participante
role-author = Responsável por conteúdo
role-coach = Coach
role-useradmin = Gestão de usuários
role-admin = Administração
role-owner = Titular

## O formulário de convite

page-invite-title = Boas-vindas a { $tenant }
page-invite-intro = Informe seu nome e escolha uma senha, e sua conta estará aberta.
page-invite-sso-intro = Entre com a conta da sua empresa, e sua conta estará aberta.
page-invite-for = Este convite é para { $email }.
page-password-hint = Pelo menos 12 caracteres. Três ou quatro palavras sem relação entre si formam uma boa senha.

## A página da senha

page-set-password-title = Escolha sua senha
page-set-password-intro = Para sua conta em { $tenant }, { $email }.
page-set-password-mailed = A senha que enviamos servia apenas para o primeiro acesso. Escolha uma que só você conheça.
page-set-password-sso = Sua conta em { $tenant } não precisa de senha: entre com a conta da sua empresa.

## Acesso

page-sign-in-title = Entrar
page-sign-in-title-tenant = Entrar em { $tenant }
page-sign-in-intro = Boas-vindas!

## Senhas esquecidas e links perdidos

page-forgot-title = Esqueceu a senha?
page-forgot-intro = Informe o endereço em que recebe nossos e-mails. Enviaremos um link para escolher uma nova senha ou, se o convite ainda não foi respondido, um novo convite.
page-forgot-done-title = Verifique seu e-mail
page-forgot-done = Se houver uma conta com este endereço, uma mensagem com um link está a caminho. Pode levar alguns minutos. Não chegou nada? Procure na pasta de spam ou fale com quem enviou o convite.

## Links que já não funcionam

page-dead-link-title = Este link já não funciona
page-dead-link-text = Talvez já tenha sido usado, tenha sido substituído por um mais recente ou tenha vencido. Se sua conta já está aberta, basta entrar.
page-dead-link-new-title = Precisa de um novo link?
page-dead-link-new = Informe seu endereço, e enviaremos um.

## A página de quem entrou

page-me-title = Sua conta
page-me-welcome = Boas-vindas!
page-me-welcome-name = Boas-vindas, { $name }!
page-me-intro = Sua sessão em { $tenant } está aberta.
page-me-details = Seus dados
page-me-groups = Seus grupos
page-me-no-groups = Ainda não há nenhum grupo.
page-me-deletion = Sua conta será excluída em { $date }.
page-password-changed-title = Sua senha foi salva
page-password-changed = A partir de agora, entre com a nova senha.
page-must-change-title = Escolha uma senha própria
page-must-change-intro = A senha do seu e-mail só valia para o primeiro acesso.
page-signed-out-title = Sua sessão foi encerrada
page-signed-out = Até breve!

## O que há de errado em uma resposta

error-summary = Reveja o seguinte:
error-first-name-missing = Informe seu nome.
error-last-name-missing = Informe seu sobrenome.
error-first-name-long = Este nome é longo demais.
error-last-name-long = Este sobrenome é longo demais.
error-name-invalid = Um nome não pode conter endereços da web nem sinais incomuns.
error-email-missing = Informe seu e-mail ou nome de usuário.
error-password-missing = Informe uma senha.
error-password-short = Esta senha é curta demais: são necessários pelo menos 12 caracteres.
error-password-long = Esta senha é longa demais.
error-password-weak = Esta senha é fácil demais de adivinhar. Experimente três ou quatro palavras sem relação entre si.
error-password-same = Esta é a senha que enviamos. Escolha outra, que ninguém mais conheça.
error-password-personal = Esta senha contém seu nome ou seu endereço. Escolha algo que ninguém associe à sua pessoa.
error-credentials = Os dados não conferem. Verifique o nome de usuário e a senha.
error-busy = Há muita gente aqui neste momento. Tente de novo daqui a pouco.
error-form-expired = Esta página ficou aberta por tempo demais. Envie o formulário de novo.

## Pedidos que falharam

page-400-title = Não entendemos
page-400-text = Seu navegador enviou algo que não conseguimos ler. Volte e tente de novo.
page-403-title = Esta página não está acessível
page-403-text = Sua sessão está aberta, mas sua conta não dá acesso a esta página.
page-404-title = Não há nada aqui
page-404-text = Esta página não existe, ou já não existe. Verifique o endereço ou recomece na página de acesso.
page-429-title = Um momento, por favor
page-429-text = Foram muitos pedidos em pouco tempo. Aguarde um minuto e tente de novo.
page-500-title = Algo deu errado
page-500-text = A culpa é nossa, não sua, e o erro foi registrado. Tente de novo daqui a alguns minutos.
page-503-title = Voltamos já
page-503-text = Há muito movimento neste momento. Tente de novo daqui a pouco.
