"""llama-server's command line over xllamacpp, which is llama.cpp's own server in a Python wheel.

It knows the options that llama-server has and the example uses or the tests need, by llama-server's names, and refuses
every other one as llama-server does. SIGTERM and Ctrl-C end it.
"""

import argparse
import os
import signal
import threading

import xllamacpp


def main():
    options = arguments().parse_args()
    # The server is C++ and loads the model in its constructor: signals must not wait for that.
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda *_: os._exit(0))
    threading.Thread(target=serve, args=(options,), daemon=True).start()
    while True:
        signal.pause()


def arguments():
    known = argparse.ArgumentParser(prog="llama-server", allow_abbrev=False)
    known.add_argument("-m", "--model", required=True)
    known.add_argument("--host", default="127.0.0.1")
    known.add_argument("--port", type=int, default=8080)
    known.add_argument("-np", "--parallel", type=int, default=1)
    known.add_argument("-c", "--ctx-size", type=int, default=0)
    known.add_argument("-t", "--threads", type=int, default=-1)
    known.add_argument("--jinja", action="store_true")
    known.add_argument("--chat-template-file")
    known.add_argument("--metrics", action="store_true")
    known.add_argument("--embeddings", action="store_true")
    known.add_argument("--pooling", choices=["none", "mean", "cls", "last"])
    return known


def serve(options):
    params = xllamacpp.CommonParams()
    params.model.path = options.model
    params.hostnames = [options.host]
    params.port = options.port
    params.n_parallel = options.parallel
    params.n_ctx = options.ctx_size
    params.cpuparams.n_threads = options.threads
    params.cpuparams_batch.n_threads = options.threads
    params.use_jinja = options.jinja
    params.endpoint_metrics = options.metrics
    params.embedding = options.embeddings
    if options.pooling:
        params.pooling_type = getattr(xllamacpp.llama_pooling_type, f"LLAMA_POOLING_TYPE_{options.pooling.upper()}")
    if options.chat_template_file:
        with open(options.chat_template_file, encoding="utf-8") as template:
            params.chat_template = template.read()
    try:
        server = xllamacpp.Server(params)
    except Exception as failure:
        print(f"llama-server: {failure}", flush=True)
        os._exit(1)
    print("llama-server: ready at", server.listening_address, flush=True)
    threading.Event().wait()


main()
