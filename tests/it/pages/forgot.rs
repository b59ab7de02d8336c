//! `/forgot`.

use crate::support::world::{PASSWORD, link_in, seconds};

installed! {
    async fn the_answer_is_the_same_for_everybody(world: World) {
        let (suspended, _) = world.onboard("Bob").await;
        world.switch(&suspended, false).await;
        world.onboard("Ada").await;
        world.advance(seconds(600));
        let unknown = world.form("/forgot", &[("email", "nobody@example.com")]).await;
        assert_eq!(unknown.status, 200);
        for login in ["ada@example.com", "bob@example.com", "' OR 1=1 --"] {
            let answer = world.form("/forgot", &[("email", login)]).await;
            assert_eq!((answer.status, &answer.text), (200, &unknown.text), "{login}");
        }
        assert_eq!(world.form("/forgot", &[("email", " ")]).await.status, 422);
        assert_eq!(world.deliver().await, 1);
        assert_eq!((world.last_mail().code.as_str(), world.last_mail().to.as_str()), ("RESET", "ada@example.com"));
    }

    async fn a_link_that_was_asked_for_sets_a_password_and_lives_a_day(world: World) {
        world.onboard("Ada").await;
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.deliver().await;
        let link = link_in(&world.last_mail());
        world.advance(seconds(24 * 3600 - 1));
        assert_eq!(world.page(&link).await.status, 200);
        world.advance(seconds(1));
        assert_eq!(world.page(&link).await.status, 404);
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 303);
    }

    async fn asking_often_mails_once_in_five_minutes(world: World) {
        world.onboard("Ada").await;
        world.invite("Bob").await;
        let sent = world.mails().len();
        world.advance(seconds(3600));
        for login in ["ada@example.com", "bob@example.com"] {
            for _ in 0..20 {
                world.form("/forgot", &[("email", login)]).await;
            }
        }
        world.deliver().await;
        assert_eq!(world.mails().len(), sent + 2);
        let old = world.mails().iter().rfind(|mail| mail.to == "bob@example.com").map(link_in).unwrap();
        world.advance(seconds(300));
        world.form("/forgot", &[("email", "bob@example.com")]).await;
        world.deliver().await;
        assert_eq!(world.mails().len(), sent + 3);
        assert_eq!(world.page(&old).await.status, 404, "the older link is dead");
        world.accept(&link_in(&world.last_mail())).await;
    }
}
