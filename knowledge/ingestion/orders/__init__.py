"""What staff order besides a refresh: withdrawals, the maintenance sentence, and the history."""
