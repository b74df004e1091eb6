"""How gunicorn serves the dashboard in the container; options of the command line win."""  # noqa: INP001

# Every address of the container, which compose opens to this machine only.
bind = "0.0.0.0:8050"
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 20
# A worker is replaced after this many answers, so that nothing grows without end.
max_requests = 5000
max_requests_jitter = 500
# The root file system is read-only; heartbeats go to memory, and there is no control socket.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
accesslog = "-"
# Without what follows the question mark, and without the page before: people type addresses,
# postcodes and UPRNs into the search, and these leave no trace in a log.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s "%(a)s"'
errorlog = "-"
