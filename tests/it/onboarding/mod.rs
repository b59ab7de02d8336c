//! What happens to a person: the table of states, row by row, through pushes, mails and forms.

mod administrators;
mod adoption;
mod create;
mod dates;
mod deletion;
mod invite;
mod modes;
mod passwords;
mod roles;
mod suspension;
