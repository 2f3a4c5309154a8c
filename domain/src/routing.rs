//! The matcher: which agent for a contact, which contact for an agent. Pure, over a site's state.
