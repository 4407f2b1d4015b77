"""The drill: faults and harmless edits that are planted to see whether the gate tells them apart."""
