"""The yardstick of the fan-out in C: nginx with nchan, one worker, set up for nothing but speed."""

import http.client
from pathlib import Path

from scripts.bench_parts.machine import Served, free_port, until

MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so"
CONFIG = """
load_module {module};
daemon off;
user root;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log crit;
events {{ worker_connections 16000; use epoll; multi_accept on; }}
http {{
  access_log off;
  tcp_nodelay on;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_body_in_single_buffer on;
  client_body_buffer_size 64k;
  nchan_max_reserved_memory 64M;
  nchan_permessage_deflate_compression_window 12;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /sub {{
      nchan_subscriber websocket;
      nchan_channel_id room;
      nchan_subscriber_first_message newest;
    }}
    location = /pub {{
      nchan_publisher http;
      nchan_channel_id room;
      nchan_message_buffer_length 1;
      nchan_deflate_message_for_websocket {deflate};
    }}
  }}
}}
"""


class Publisher(Served):
    """A server that sends what is posted to /pub to everyone on /sub."""

    def publish(self, text: bytes) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/pub", text, {"Content-Type": "text/plain"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status >= 300:
            raise SystemExit(f"{self.name} refused a message: {answer.status}")


class Nchan(Publisher):
    """nginx + nchan; with `deflate` it compresses each message once, for all, as we do."""

    def __init__(self, folder: Path, deflate: bool) -> None:
        if not Path(MODULE).exists():
            raise SystemExit("The yardstick needs Debian's nginx and libnginx-mod-nchan.")
        folder = folder / "nchan"
        folder.mkdir(exist_ok=True)
        config, port = folder / "nginx.conf", free_port()
        config.write_text(
            CONFIG.format(module=MODULE, folder=folder, port=port, deflate="on" if deflate else "off")
        )
        super().__init__("nchan", ["/usr/sbin/nginx", "-c", str(config), "-p", str(folder)], port, folder)
        until(self._children, 5, "nginx's worker")

    @property
    def worker(self) -> int:
        return int(self._children()[0])

    def _children(self) -> list[str]:
        pid = self.process.pid
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
