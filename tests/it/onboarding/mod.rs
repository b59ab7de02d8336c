//! What happens to a person: the table of states, row by row, through pushes, mails and forms.

mod administrators;
mod adoption;
mod again;
mod brake;
mod company;
mod create;
mod dates;
mod deletion;
mod invite;
mod lock_order;
mod mapped_administrators;
mod mapping;
mod modes;
mod nested_mapping;
mod passwords;
mod returning;
mod roles;
mod suspension;
