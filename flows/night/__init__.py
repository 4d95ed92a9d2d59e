"""The night: opened under its lock, gone through stage by stage, audited, published; planned and retried."""
