"""Data that DVC keeps, and the pipeline that it runs."""
