"""What the jail half decides: the custody label."""
