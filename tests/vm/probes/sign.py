"""Asks the daemon for signatures, one after the other, on one connection.

    sign.py ADDRESS < messages        one message in hex on each line

Prints for each {"status", "body", "ms"}. A status of 0 means that the connection ended.
"""

import http.client
import json
import sys
import time


def main():
    address = sys.argv[1]
    connection = http.client.HTTPConnection("127.0.0.1", 6732, timeout=30)
    for line in sys.stdin:
        start = time.monotonic()
        try:
            connection.request("POST", f"/keys/{address}", json.dumps(line.strip()))
            answer = connection.getresponse()
            status, body = answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            status, body = 0, str(error)
        print(json.dumps({"status": status, "body": body, "ms": (time.monotonic() - start) * 1000}))


main()
