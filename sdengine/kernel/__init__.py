"""What every kernel is made of: the compiler's door, records and how they are reached, the room that holds them."""
