//! What identity providers send beside the RFC: one variant a deviation, applied before the engine sees the message.
