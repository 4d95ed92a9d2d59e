"""Everything of Prefect: its environment, its server, the flows, the schedule. Nothing here decides what is due."""
