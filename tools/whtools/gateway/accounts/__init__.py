"""Who may do what on the page: people with a role and their rooms, sessions, invitations, limits, an audit trail."""
