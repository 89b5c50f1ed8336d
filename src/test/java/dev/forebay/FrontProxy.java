package dev.forebay;

import dev.forebay.http.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A reverse proxy before a gateway, as lax as it can be made, which keeps its connections and gives them to anyone. */
final class FrontProxy implements AutoCloseable {
    /** Bodies go on as they come, odd headers too, and one connection at most waits for the next request. */
    private static final String NGINX = """
            daemon off; master_process off; pid FOLDER/nginx.pid; error_log FOLDER/nginx.log;
            events { worker_connections 2000; }
            http {
              access_log off;
              client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy;
              fastcgi_temp_path FOLDER/f; uwsgi_temp_path FOLDER/u; scgi_temp_path FOLDER/s;
              client_header_timeout 2s; client_body_timeout 2s; client_max_body_size 0;
              ignore_invalid_headers off; underscores_in_headers on;
              large_client_header_buffers 8 64k;
              proxy_http_version 1.1; proxy_set_header connection "";
              proxy_request_buffering off; proxy_buffering off; proxy_next_upstream off;
              upstream gateway { server 127.0.0.1:GATEWAY; keepalive 1; }
              server { listen 127.0.0.1:PORT; location / { proxy_pass http://gateway; } }
            }
            """;

    private static final String HAPROXY = """
            global
              nbthread 1
              tune.bufsize 65536
            defaults
              mode http
              option accept-invalid-http-request
              option accept-invalid-http-response
              http-reuse always
              retries 0
              timeout connect 20s
              timeout server 20s
              timeout client 2s
              timeout http-request 2s
              timeout http-keep-alive 20s
            frontend front
              bind 127.0.0.1:PORT
              default_backend gateway
            backend gateway
              server gateway 127.0.0.1:GATEWAY pool-max-conn 1
            """;

    private final Process process;
    private final int port;

    private FrontProxy(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param name nginx or haproxy, which must be installed */
    static FrontProxy start(String name, Path folder, int gateway) throws IOException {
        var program = program(name);
        var port = freePort();
        var file = folder.resolve(name + ".conf");
        Files.writeString(
                file,
                (name.equals("nginx") ? NGINX : HAPROXY)
                        .replace("FOLDER", folder.toString())
                        .replace("PORT", Integer.toString(port))
                        .replace("GATEWAY", Integer.toString(gateway)));
        var log = folder.resolve(name + ".out").toFile();
        var command = name.equals("nginx")
                ? List.of(
                        program.toString(),
                        "-c",
                        file.toString(),
                        "-e",
                        folder.resolve("nginx.log").toString())
                : List.of(program.toString(), "-db", "-f", file.toString());
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        var proxy = new FrontProxy(process, port);
        RunningGateway.await(() -> proxy.isOpen() || !process.isAlive(), () -> name + " does not listen");
        if (!process.isAlive()) {
            throw new AssertionError(name + " has ended: " + Files.readString(log.toPath()));
        }
        return proxy;
    }

    private static Path program(String name) {
        return List.of("/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/", "/opt/homebrew/bin/").stream()
                .map(folder -> Path.of(folder + name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not here, and without it nothing is shown; install it"
                        + " (on Debian: apt-get install nginx-light haproxy)"));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    private boolean isOpen() {
        try (var _ = new RawClient(port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
