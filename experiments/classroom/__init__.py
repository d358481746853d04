"""`xietong classroom`: the live page in which a class sees two administrations handle the same town."""
