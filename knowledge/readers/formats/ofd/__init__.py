"""OFD (GB/T 33190), the Chinese standard for documents of fixed pages."""
