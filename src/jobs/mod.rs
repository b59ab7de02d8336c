//! What happens without a request: the mail worker, the calendar, the access epoch. One file per job.
