"""Running trials: the cache first, then one call for each answer that is missing, recorded before it is used."""
