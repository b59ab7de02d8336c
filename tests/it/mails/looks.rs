//! How mails present themselves, and what each kind names.

use crate::support::world::{hours, id_of};
use serde_json::json;
use usher::{
    app::tenants::{self, Changes},
    domain::{
        branding::{self, Branding, Logo, ReplyTo, SenderName},
        notification::Code,
    },
};

fn looks() -> Changes {
    Changes {
        sender_name: Some(SenderName::parse("Académie, RH").ok()),
        reply_to: Some(ReplyTo::parse("help@example.com").ok()),
        logo: Some(Logo::parse("https://cdn.example.com/logo.png").ok()),
        colour: Some(branding::colour("#ffd400").ok()),
        ..Changes::default()
    }
}

installed! {
    async fn a_tenants_looks_are_kept_shown_and_cleared(world: World) {
        world.set_tenant(looks()).await;
        let kept = tenants::find(&world.app, tenants::DEFAULT).await.unwrap().branding;
        assert_eq!(kept.colour.map(|colour| colour.to_string()).as_deref(), Some("#ffd400"));
        world.create("Ada").await;
        let mail = world.last_mail();
        assert_eq!(mail.from.name.as_deref(), Some("Académie, RH"));
        assert_eq!(mail.reply_to.as_deref(), Some("help@example.com"));
        assert!(mail.html.contains("https://cdn.example.com/logo.png") && mail.html.contains("background-color:#ffd400"));
        // Another setting leaves them alone; an empty one clears.
        world.set_tenant(Changes { language: Some("fr".to_owned()), ..Changes::default() }).await;
        assert_eq!(tenants::find(&world.app, tenants::DEFAULT).await.unwrap().branding, kept);
        let cleared = Changes {
            sender_name: Some(None), reply_to: Some(None), logo: Some(None), colour: Some(None), ..Changes::default()
        };
        world.set_tenant(cleared).await;
        assert_eq!(tenants::find(&world.app, tenants::DEFAULT).await.unwrap().branding, Branding::default());
        world.create("Bob").await;
        let mail = world.last_mail();
        assert_eq!((mail.from.name.as_deref(), mail.reply_to.as_deref()), (Some("Usher"), None));
        assert!(!mail.html.contains("<img") && !mail.html.contains("#ffd400"));
    }

    async fn an_invitation_from_a_group_names_group_and_inviter_whatever_becomes_of_it(world: World) {
        let desk = world.desk().await;
        let group = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        let (grace, _) = world.onboard("Grace").await;
        desk.make(&format!("/groups/{group}/members"), json!({ "userId": grace, "roles": ["admin"] })).await;
        world.deliver().await;
        let grace = world.desk_of("grace@example.com").await;
        grace.invite(json!({ "emails": "bob@example.com", "groupId": group })).await;
        world.deliver().await;
        let first = world.last_mail();
        assert_eq!((first.code, first.subject.as_str()), (Code::E2, "Your invitation to Sales on Usher"));
        assert!(first.text.contains("Ada Lovelace has invited you to the group Sales"), "{}", first.text);
        world.pass(hours(3 * 24)).await;
        let reminder = world.last_mail();
        assert!(reminder.code == Code::E4 && reminder.text.contains("11 days left"), "{}", reminder.text);
        let invitation = desk.get("/invitations?email=bob@example.com").await.body["items"][0]["id"].clone();
        desk.make(&format!("/invitations/{}/resend", invitation.as_str().unwrap()), json!({})).await;
        world.deliver().await;
        let again = world.last_mail();
        assert_eq!((again.code, again.subject.as_str()), (Code::E5, "Your invitation to Sales on Usher"));
        assert!(again.text.contains("Ada Lovelace has invited you") && again.text.contains("replaces the one"));
    }

    async fn nobody_is_named_as_inviter_whose_name_says_nothing(world: World) {
        world.invite("Ada").await;
        let pushed = world.last_mail().text;
        world.desk().await.invite(json!({ "emails": "bob@example.com" })).await;
        world.deliver().await;
        let by_address = world.last_mail().text;
        for text in [pushed, by_address] {
            assert!(text.contains("An account on Usher is waiting for you") && !text.contains("has invited"), "{text}");
        }
    }
}
