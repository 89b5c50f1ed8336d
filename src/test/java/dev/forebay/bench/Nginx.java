package dev.forebay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** nginx in its two parts: the proxy that others are compared with, and a model server that costs next to nothing. */
final class Nginx {
    private static final String PROXY = """
            daemon off; master_process off; pid FOLDER/nginx.pid; error_log FOLDER/nginx.log;
            events { worker_connections 40000; }
            http {
              access_log FOLDER/nginx-access.log combined buffer=32k flush=1s;
              client_body_temp_path FOLDER/nginx-body; proxy_temp_path FOLDER/nginx-proxy;
              fastcgi_temp_path FOLDER/nginx-f; uwsgi_temp_path FOLDER/nginx-u; scgi_temp_path FOLDER/nginx-s;
              keepalive_requests 1000000000; keepalive_timeout 75s;
              proxy_http_version 1.1; proxy_set_header connection ""; proxy_buffering off; proxy_read_timeout 600s;
              upstream mock { server 127.0.0.1:MOCK; keepalive 512; keepalive_requests 1000000000; }
              upstream fast { server 127.0.0.1:FAST; keepalive 512; keepalive_requests 1000000000; }
              server {
                listen 127.0.0.1:PORT backlog=4096;
                location / { proxy_pass http://mock; }
                location /fast/ { proxy_pass http://fast; }
              }
            }
            """;
    private static final String MODEL_SERVER = """
            daemon off; master_process off; pid FOLDER/fast.pid; error_log FOLDER/fast.log;
            events { worker_connections 10000; }
            http {
              access_log off;
              client_body_temp_path FOLDER/fast-body; proxy_temp_path FOLDER/fast-proxy;
              fastcgi_temp_path FOLDER/fast-f; uwsgi_temp_path FOLDER/fast-u; scgi_temp_path FOLDER/fast-s;
              keepalive_requests 1000000000; keepalive_timeout 600s;
              server {
                listen 127.0.0.1:PORT backlog=4096;
                location / { default_type application/json; return 200 'ANSWER'; }
              }
            }
            """;

    private final Path program;
    private final Path folder;

    private Nginx(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /** @param folder for its files */
    static Optional<Nginx> in(Path folder) {
        return List.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx").stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new Nginx(program, folder));
    }

    String version() throws Exception {
        var process = new ProcessBuilder(program.toString(), "-v")
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes()).strip().replaceFirst(".*nginx/", "nginx ");
    }

    Subject proxy(int port, int mock, int fast) throws IOException {
        return start(
                Cores.MEASURED,
                "nginx",
                PROXY.replace("PORT", Integer.toString(port))
                        .replace("MOCK", Integer.toString(mock))
                        .replace("FAST", Integer.toString(fast)));
    }

    /** Answers every request with the same text. */
    Subject modelServer(int port) throws IOException {
        return start(
                Cores.LOAD,
                "fast",
                MODEL_SERVER.replace("PORT", Integer.toString(port)).replace("ANSWER", MockModel.WHOLE));
    }

    private Subject start(int core, String name, String text) throws IOException {
        var file = folder.resolve(name + ".conf");
        Files.writeString(file, text.replace("FOLDER", folder.toString()));
        return Subject.start(
                core,
                folder.resolve(name + "-out.log"),
                false,
                Map.of(),
                List.of(program.toString(), "-c", file.toString(), "-p", folder.toString()));
    }
}
