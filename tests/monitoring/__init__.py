"""What is measured around a gateway, by a real Prometheus where there is one."""
