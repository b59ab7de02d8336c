language-name = français
language-direction = ltr
