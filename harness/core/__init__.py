"""The nouns: frozen records, digests, money, origins and the error tree. Standard library only."""
