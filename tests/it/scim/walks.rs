//! Lists read page by page with `startIndex` while people come and go.

use crate::support::{
    call::encode,
    dump,
    world::{World, group, id_of, person, seconds},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use usher::{app::search, store::Engine};

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

/// Two processes where one database serves several, otherwise twice the same.
async fn nodes(world: &World) -> [World; 2] {
    let other = if world.app.store.engine() == Engine::Postgres { world.beside().await } else { world.clone() };
    [world.clone(), other]
}

async fn leave(nodes: [World; 2]) {
    let [one, other] = nodes;
    if one.app.store.engine() == Engine::Postgres {
        other.app.store.close().await;
    }
}

/// All that pages of this size show, served by the processes in turn.
async fn in_turn(nodes: &[World; 2], query: &str, count: usize) -> Vec<String> {
    let (mut shown, mut start) = (Vec::new(), 1);
    for turn in 0.. {
        let (total, ids) = page(&nodes[turn % 2], query, start, count).await;
        start += count;
        shown.extend(ids);
        if u64::try_from(start).unwrap() > total {
            break;
        }
    }
    shown
}

async fn remembered(world: &World) -> Vec<String> {
    dump::dump(&world.database).await.remove("walk_steps").unwrap()
}

async fn all(world: &World) -> Vec<String> {
    page(world, "", 1, 1000).await.1
}

async fn add(world: &World, name: &str) -> String {
    id_of(&world.push(person(name, json!({ "suppressNotifications": true }))).await)
}

/// Walks as a client does, until the total says that there is no more; each page is served by any of the processes, and after each somebody
/// goes or comes.
async fn walk(nodes: &[World; 2], query: &str, count: usize, dice: &mut Dice) -> (Vec<String>, BTreeSet<String>) {
    let world = &nodes[0];
    let (mut shown, mut start, mut survivors) = (Vec::new(), 1, BTreeSet::from_iter(all(world).await));
    for turn in 0.. {
        assert!(turn < 100, "the walk does not end");
        let (total, ids) = page(&nodes[dice.below(2)], query, start, count).await;
        start += ids.len();
        shown.extend(ids);
        if u64::try_from(start).unwrap() > total {
            break;
        }
        let living = all(world).await;
        let victim = &living[dice.below(living.len())];
        if dice.below(3) > 0 {
            assert_eq!(nodes[dice.below(2)].delete(&format!("/Users/{victim}")).await.status, 204);
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
        let nodes = nodes(&world).await;
        let queries = [
            String::new(),
            format!("&filter={}", encode("userName pr")),
            format!("&filter={}", encode("userName co \"a\" or userName co \"e\"")),
            "&sortBy=userName".to_owned(),
            "&sortBy=name.familyName&sortOrder=descending".to_owned(),
        ];
        // Each several times, so that later walks find what earlier ones have left.
        for (round, query) in queries.iter().cycle().take(15).enumerate() {
            for number in all(&world).await.len()..14 {
                add(&world, &format!("walker{round}-{number}")).await;
                world.advance(seconds(1));
            }
            let (shown, survivors) = walk(&nodes, query, 2 + dice.below(3), &mut dice).await;
            let unique: BTreeSet<String> = shown.iter().cloned().collect();
            assert_eq!(unique.len(), shown.len(), "somebody was shown twice: {query}");
            assert!(survivors.is_subset(&unique), "somebody was skipped: {query}");
        }
        leave(nodes).await;
    }

    async fn a_walk_is_right_after_an_earlier_one_whichever_process_serves_it(world: World) {
        let nodes = nodes(&world).await;
        for number in 0..40 {
            add(&world, &format!("p{number}")).await;
        }
        let [one, other] = &nodes;
        for sole in [[one.clone(), one.clone()], [other.clone(), other.clone()]] {
            let earlier = in_turn(&sole, "", 4).await;
            assert_eq!(earlier, all(&world).await);
            for id in &earlier[2..5] {
                assert_eq!(one.delete(&format!("/Users/{id}")).await.status, 204);
            }
            // Nothing changes from here on.
            for turn in [[one.clone(), other.clone()], [other.clone(), one.clone()]] {
                assert_eq!(in_turn(&turn, "", 4).await, all(&world).await);
            }
        }
        leave(nodes).await;
    }

    async fn who_begins_anew_forgets_where_the_earlier_walk_stood(world: World) {
        let nodes = nodes(&world).await;
        for number in 0..20 {
            add(&world, &format!("p{number}")).await;
        }
        for (node, another) in [(0, 1), (1, 0), (0, 0)] {
            let earlier = in_turn(&nodes, "", 4).await;
            assert_eq!(world.delete(&format!("/Users/{}", earlier[0])).await.status, 204);
            page(&nodes[node], "", 1, 4).await;
            // The page behind the first one is left out.
            let (total, ids) = page(&nodes[another], "", 9, 4).await;
            assert_eq!((usize::try_from(total).unwrap(), &ids[..]), (earlier.len() - 1, &earlier[9..13]));
        }
        leave(nodes).await;
    }

    async fn pages_in_any_order_are_right_after_an_earlier_walk(world: World) {
        let nodes = nodes(&world).await;
        for number in 0..30 {
            add(&world, &format!("p{number}")).await;
        }
        let mut dice = Dice(5);
        for round in 0..12 {
            let living = all(&world).await;
            let mut starts: Vec<usize> = (2..=living.len()).filter(|start| start % 3 == 1).collect();
            let mut shown = page(&nodes[dice.below(2)], "", 1, 3).await.1;
            while !starts.is_empty() {
                let start = starts.remove(dice.below(starts.len()));
                shown.extend(page(&nodes[dice.below(2)], "", start, 3).await.1);
            }
            shown.sort();
            assert_eq!(shown, living, "round {round}");
            assert_eq!(world.delete(&format!("/Users/{}", living[dice.below(living.len())])).await.status, 204);
        }
        leave(nodes).await;
    }

    async fn walks_of_one_pace_do_not_disturb_each_other(world: World) {
        let nodes = nodes(&world).await;
        for number in 0..24 {
            add(&world, &format!("p{number}")).await;
        }
        let mut living = all(&world).await;
        // One that ended, one that was broken off.
        in_turn(&nodes, "", 4).await;
        page(&nodes[1], "", 1, 4).await;
        let mut shown = [Vec::new(), Vec::new()];
        for turn in 0..6 {
            let victim = living.remove(0);
            assert_eq!(world.delete(&format!("/Users/{victim}")).await.status, 204);
            if turn == 0 {
                shown[0].extend(page(&nodes[0], "", 1, 4).await.1);
            }
            shown[0].extend(page(&nodes[turn % 2], "", turn * 4 + 5, 4).await.1);
            shown[1].extend(page(&nodes[1 - turn % 2], "", turn * 4 + 1, 4).await.1);
        }
        for (walk, mut shown) in shown.into_iter().enumerate() {
            shown.dedup();
            assert!(living.iter().all(|id| shown.contains(id)), "walk {walk} skipped somebody");
            assert_eq!(shown.len(), shown.iter().collect::<BTreeSet<_>>().len(), "walk {walk} showed somebody twice");
        }
        leave(nodes).await;
    }

    async fn a_look_at_the_first_does_not_disturb_a_walk(world: World) {
        let nodes = nodes(&world).await;
        for number in 0..12 {
            add(&world, &format!("p{number}")).await;
        }
        let living = all(&world).await;
        assert_eq!(page(&nodes[0], "", 1, 4).await.1, living[..4]);
        for id in &living[..2] {
            world.delete(&format!("/Users/{id}")).await;
        }
        assert_eq!(page(&nodes[1], "", 1, 1).await.1, living[2..3]);
        assert_eq!(page(&nodes[1], "", 1, 0).await.0, 10);
        assert_eq!(page(&nodes[1], "", 5, 4).await.1, living[4..8]);
        assert_eq!(page(&nodes[0], "", 1, 2).await.1, living[2..4]);
        // The same page once more, as after an answer that was lost.
        assert_eq!(page(&nodes[0], "", 5, 4).await.1, living[4..8]);
        // The last one need not be as large as the others.
        assert_eq!(page(&nodes[1], "", 9, 3).await.1, living[8..11]);
        leave(nodes).await;
    }

    async fn a_walk_through_people_and_groups_skips_nobody(world: World) {
        let nodes = nodes(&world).await;
        for number in 0..6 {
            add(&world, &format!("p{number}")).await;
            assert_eq!(world.post("/Groups", group(&format!("g{number}"), &[])).await.status, 201);
        }
        let read = async |node: &World, start: usize| -> Vec<String> {
            let body = node.get(&format!("/?startIndex={start}&count=4")).await.body;
            body["Resources"].as_array().unwrap().iter().map(id_of).collect()
        };
        let everything: Vec<String> =
            world.get("/?count=100").await.body["Resources"].as_array().unwrap().iter().map(id_of).collect();
        assert_eq!(read(&nodes[0], 1).await, everything[..4]);
        for id in &everything[1..3] {
            assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        }
        assert_eq!(read(&nodes[1], 5).await, everything[4..8]);
        assert_eq!(read(&nodes[0], 9).await, everything[8..12]);
        leave(nodes).await;
    }

    async fn what_is_remembered_of_walks_is_sealed_and_soon_forgotten(world: World) {
        for number in 0..9 {
            add(&world, &format!("p{number}")).await;
        }
        let query = format!("&sortBy=userName&filter={}", encode("userName co \"example\""));
        let nodes = nodes(&world).await;
        page(&nodes[0], &query, 1, 9).await;
        assert!(remembered(&world).await.is_empty(), "there is no next page");
        in_turn(&nodes, &query, 3).await;
        let shared = world.app.store.engine() == Engine::Postgres;
        let steps = remembered(&world).await;
        assert_eq!(steps.len(), if shared { 2 } else { 0 });
        assert!(!steps.concat().contains("example"), "{steps:?}");
        search::forget_paused(&world.app).await.unwrap();
        assert_eq!(remembered(&world).await, steps);
        world.advance(seconds(11 * 60));
        // Whoever walks takes away what is over.
        page(&nodes[0], "", 1, 3).await;
        assert_eq!(remembered(&world).await.len(), usize::from(shared));
        world.advance(seconds(11 * 60));
        search::forget_paused(&nodes[1].app).await.unwrap();
        assert!(remembered(&world).await.is_empty());
        leave(nodes).await;
    }

    async fn a_walk_that_paused_for_long_goes_on_by_counting(world: World) {
        let nodes = nodes(&world).await;
        for number in 0..8 {
            add(&world, &format!("p{number}")).await;
        }
        let living = all(&world).await;
        page(&nodes[0], "", 1, 3).await;
        world.delete(&format!("/Users/{}", living[0])).await;
        world.advance(seconds(9 * 60));
        assert_eq!(page(&nodes[1], "", 4, 2).await.1, living[3..5]);
        world.advance(seconds(11 * 60));
        assert_eq!(page(&nodes[1], "", 4, 2).await.1, living[4..6]);
        leave(nodes).await;
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
