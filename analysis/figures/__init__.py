"""Pictures of tidy tables in one house style; each sheet is written as svg, png and the csv of its data."""
