use super::*;
use crate::domain::{
    NotificationId, TenantId, UserId,
    notification::{Clearance, Variant},
};

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
}

fn mail(number: u8, code: Code, status: Status, minutes: i64) -> Notification {
    Notification {
        tenant: TenantId::from_bytes([0; 16]),
        id: NotificationId::from_bytes([number; 16]),
        user: UserId::from_bytes([0; 16]),
        code,
        variant: Variant::Plain,
        target: String::new(),
        cause: String::new(),
        status,
        clearance: Clearance::Open,
        reason: None,
        to: None,
        language: "en".to_owned(),
        subject: None,
        invitation: None,
        sealed: None,
        attempts: 0,
        tried_at: None,
        due_at: at(minutes),
        created_at: at(minutes),
        sent_at: (status == Status::Sent).then(|| at(minutes).checked_add(SignedDuration::from_secs(1)).unwrap()),
    }
}

const DAY_MINUTES: i64 = 24 * 60;

#[test]
fn the_hour_never_counts_less_than_an_hour() {
    for second in 0..7_200 {
        let (sent, now) = (1_800_000_000, 1_800_000_000 + second);
        let slot = |second| slot_of(Timestamp::from_second(second).unwrap());
        let counts = slot(sent) > forgotten_slot(Timestamp::from_second(now).unwrap());
        assert!(counts || second >= 3_600, "{second}");
        assert!(!counts || second < 3_610, "{second}");
    }
    assert_eq!((room(500, 0), room(500, 499), room(500, 500), room(0, 7)), (500, 1, 0, 0));
}

#[test]
fn an_optional_mail_goes_once_a_day() {
    let again = mail(9, Code::E11, Status::Sending, DAY_MINUTES);
    let why = |other: Notification| restraint(&again, &[other, again.clone()], at(DAY_MINUTES));
    assert_eq!(why(mail(1, Code::E11, Status::Sent, 1)), Some("throttled"));
    assert_eq!(why(mail(1, Code::E11, Status::Queued, -9_999)), Some("throttled"), "it will leave");
    assert_eq!(why(mail(1, Code::E11, Status::Sent, -1)), None, "more than a day ago");
    assert_eq!(why(mail(1, Code::E11, Status::Omitted, 1)), None);
    assert_eq!(why(mail(1, Code::E12, Status::Sent, 1)), None, "another kind");
    let warning = mail(9, Code::E13, Status::Sending, DAY_MINUTES);
    assert_eq!(restraint(&warning, &[mail(1, Code::E13, Status::Sent, 1)], at(DAY_MINUTES)), None);
}

#[test]
fn of_two_that_wait_the_first_goes() {
    let pair = [mail(1, Code::E11, Status::Sending, 0), mail(2, Code::E11, Status::Sending, 0)];
    let [first, second] = &pair;
    assert_eq!((restraint(first, &pair, at(1)), restraint(second, &pair, at(1))), (None, Some("throttled")));
}

#[test]
fn three_invitations_go_in_a_day() {
    let sent: Vec<_> = [Code::E1, Code::E5, Code::E2]
        .into_iter()
        .zip(1..)
        .map(|(code, number)| mail(number, code, Status::Sent, i64::from(number)))
        .collect();
    let fourth = mail(9, Code::E5, Status::Sending, 60);
    assert_eq!(restraint(&fourth, &sent, at(60)), Some("throttled"));
    assert_eq!(restraint(&fourth, &sent, at(DAY_MINUTES + 2)), None);
    assert_eq!(restraint(&fourth, &sent[1..], at(60)), None);
    let created = mail(9, Code::E8, Status::Sending, 60);
    assert_eq!(restraint(&created, &sent, at(60)), None);
}

#[test]
fn one_action_sends_its_most_important_mail() {
    let order = [Code::E1, Code::E7, Code::E8, Code::E12, Code::E11];
    for (better, number) in order.into_iter().zip(1..) {
        for (worse, other) in order.into_iter().zip(1_u8..).skip(usize::from(number)) {
            let pair = [mail(number, better, Status::Sent, 0), mail(other, worse, Status::Sending, 0)];
            let [first, second] = &pair;
            assert_eq!(restraint(second, &pair, at(1)), Some("superseded"), "{worse:?} beside {better:?}");
            assert_eq!(restraint(first, &pair, at(1)), None, "{better:?} beside {worse:?}");
        }
    }
    let action_before = mail(1, Code::E8, Status::Sent, -1);
    let later = mail(2, Code::E12, Status::Sending, 0);
    assert_eq!(restraint(&later, &[action_before], at(1)), None);
    let mut on_its_start_date = mail(1, Code::E8, Status::Queued, 0);
    on_its_start_date.due_at = at(9_999);
    assert_eq!(restraint(&later, &[on_its_start_date], at(1)), None);
}
