"""What all online providers share: uploads, bounded answers, failures, addresses."""
