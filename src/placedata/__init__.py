"""placedata turns addresses, sensors and deprivation indices into ward-level layers and scores."""
