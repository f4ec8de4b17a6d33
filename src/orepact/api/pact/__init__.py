"""The pact by network: who asks, records with their verbs, the log, what may be added up, and how people sign in."""
