//! Asking without scripts.
