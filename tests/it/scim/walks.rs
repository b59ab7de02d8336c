//! Lists read page by page with `startIndex` while people come and go.

use crate::support::{
    call::encode,
    world::{World, id_of, person, seconds},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Chance that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(limit).unwrap()).unwrap()
    }
}

async fn page(world: &World, query: &str, start: usize, count: usize) -> (u64, Vec<String>) {
    let answer = world.get(&format!("/Users?startIndex={start}&count={count}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let ids = answer.body["Resources"].as_array().into_iter().flatten().map(id_of).collect();
    (answer.body["totalResults"].as_u64().unwrap(), ids)
}

async fn all(world: &World) -> Vec<String> {
    page(world, "", 1, 1000).await.1
}

async fn add(world: &World, name: &str) -> String {
    id_of(&world.push(person(name, json!({ "suppressNotifications": true }))).await)
}

/// Walks as a client does, until the total says that there is no more; after each page somebody goes or comes.
async fn walk(world: &World, query: &str, count: usize, dice: &mut Dice) -> (Vec<String>, BTreeSet<String>) {
    let (mut shown, mut start, mut survivors) = (Vec::new(), 1, BTreeSet::from_iter(all(world).await));
    for turn in 0.. {
        assert!(turn < 100, "the walk does not end");
        let (total, ids) = page(world, query, start, count).await;
        start += ids.len();
        shown.extend(ids);
        if u64::try_from(start).unwrap() > total {
            break;
        }
        let living = all(world).await;
        let victim = &living[dice.below(living.len())];
        if dice.below(3) > 0 {
            assert_eq!(world.delete(&format!("/Users/{victim}")).await.status, 204);
            survivors.remove(victim);
        } else {
            add(world, &format!("new{}-{turn}-{}", dice.below(1_000_000), dice.below(1_000_000))).await;
        }
    }
    (shown, survivors)
}

installed! {
    async fn nobody_who_stays_is_skipped_or_repeated(world: World) {
        let mut dice = Dice(7);
        let queries = [
            String::new(),
            format!("&filter={}", encode("userName pr")),
            format!("&filter={}", encode("userName co \"a\" or userName co \"e\"")),
            "&sortBy=userName".to_owned(),
            "&sortBy=name.familyName&sortOrder=descending".to_owned(),
        ];
        for (round, query) in queries.iter().enumerate() {
            for number in all(&world).await.len()..14 {
                add(&world, &format!("walker{round}-{number}")).await;
                world.advance(seconds(1));
            }
            let (shown, survivors) = walk(&world, query, 2 + dice.below(3), &mut dice).await;
            let unique: BTreeSet<String> = shown.iter().cloned().collect();
            assert_eq!(unique.len(), shown.len(), "somebody was shown twice: {query}");
            assert!(survivors.is_subset(&unique), "somebody was skipped: {query}");
        }
    }

    async fn a_jump_lands_where_counting_leads(world: World) {
        let mut dice = Dice(11);
        for number in 0..12 {
            add(&world, &format!("p{number}")).await;
        }
        world.advance(seconds(60));
        for round in 0..40 {
            let living = all(&world).await;
            // Another query each time, so that no page continues another.
            let query = format!("&attributes=userName,x{round}");
            let skipped = dice.below(living.len());
            let (total, ids) = page(&world, &query, skipped + 1, 3).await;
            assert_eq!(usize::try_from(total).unwrap(), living.len());
            assert_eq!(ids, living[skipped..living.len().min(skipped + 3)], "round {round}");
            match dice.below(5) {
                0 => {
                    let victim = &living[dice.below(living.len())];
                    world.delete(&format!("/Users/{victim}")).await;
                }
                1 => {
                    add(&world, &format!("late{round}")).await;
                    world.advance(seconds(60));
                }
                _ => {}
            }
            if living.len() < 6 {
                add(&world, &format!("more{round}")).await;
            }
        }
    }

    async fn a_walk_ends_with_the_list(world: World) {
        for name in ["A", "B", "C", "D", "E"] {
            add(&world, name).await;
        }
        let living = all(&world).await;
        let (total, first) = page(&world, "", 1, 2).await;
        assert_eq!((total, &first[..]), (5, &living[..2]));
        for id in &living[..2] {
            world.delete(&format!("/Users/{id}")).await;
        }
        // Three are left, but the walk is at its third of five.
        let (total, second) = page(&world, "", 3, 2).await;
        assert_eq!((total, &second[..]), (5, &living[2..4]));
        let (total, third) = page(&world, "", 5, 2).await;
        assert_eq!((total, &third[..]), (5, &living[4..]));
        // Who begins anew sees the list as it is.
        let (total, anew) = page(&world, "", 1, 10).await;
        assert_eq!((total, &anew[..]), (3, &living[2..]));
    }

    async fn totals_follow_every_way_to_come_and_go(world: World) {
        let total = async || page(&world, "", 1, 0).await.0;
        let (ada, bob) = (add(&world, "Ada").await, add(&world, "Bob").await);
        assert_eq!(total().await, 2);
        world.delete(&format!("/Users/{ada}")).await;
        assert_eq!(total().await, 1);
        add(&world, "Ada").await;
        assert_eq!(total().await, 2);
        // Gone by date, but still shown to who manages it.
        world.set_own(&bob, "deletionDate", Value::from("2020-01-01")).await;
        assert_eq!(total().await, 2);
        let refused = world.post("/Users", json!({ "schemas": [usher::scim::schema::USER], "userName": "ada@example.com" })).await;
        assert_eq!(refused.status, 409);
        assert_eq!(total().await, 2);
    }
}
