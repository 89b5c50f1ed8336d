package dev.forebay.mcp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The present configuration's servers, and those of earlier ones whose requests have not ended. Not thread-safe. */
final class Rosters {
    /** The newest first. */
    private final Deque<Roster> rosters = new ArrayDeque<>();

    void began(Roster roster) {
        rosters.addFirst(roster);
    }

    /** False if it had ended before. */
    boolean ended(Roster roster) {
        return rosters.remove(roster);
    }

    List<Roster> all() {
        return List.copyOf(rosters);
    }

    /** What stands for each server that is not switched off. */
    Map<String, Link> links() {
        var links = new HashMap<String, Link>();
        for (var roster : rosters) {
            roster.configured().names().forEach(name -> link(name).ifPresent(link -> links.put(name, link)));
        }
        return links;
    }

    /** In the newest configuration that has a server of this name. */
    Optional<Link> link(String server) {
        return rosters.stream()
                .map(Roster::configured)
                .filter(configured -> configured.names().contains(server))
                .findFirst()
                .flatMap(configured -> configured.server(server))
                .map(Server::link);
    }

    Set<UrlServers> urls() {
        var urls = new LinkedHashSet<UrlServers>();
        rosters.forEach(roster -> urls.add(roster.urls()));
        return urls;
    }

    /** Each server as it is in the newest configuration that has it, sorted by name. */
    List<ServerStatus> status() {
        var all = new TreeMap<String, ServerStatus>();
        for (var roster : rosters) {
            var isPresent = roster.equals(rosters.getFirst());
            for (var status : roster.configured().status()) {
                all.putIfAbsent(status.server(), isPresent ? status : status.removed());
            }
        }
        return List.copyOf(all.values());
    }
}
