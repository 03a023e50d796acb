"""Mail and kill -9: a sender that dies anywhere sends nothing twice and loses nothing."""
