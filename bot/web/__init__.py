"""What browsers and monitors ask over HTTP: public badge pages, one's own pages, health and metrics."""
