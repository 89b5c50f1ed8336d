package dev.forebay.openai;

import dev.forebay.access.Scope;
import dev.forebay.chat.AffinityKey;
import dev.forebay.chat.RouteWish;
import dev.forebay.config.Nearest;
import dev.forebay.http.ApiError;
import dev.forebay.http.ApiRequest;
import dev.forebay.http.EdgeObserver;
import dev.forebay.routing.AffinityMode;
import dev.forebay.routing.LeaseRequest;
import dev.forebay.routing.Router;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a request where it is to run. To choose a nodepool or a deployment, and to go before others, takes a key with
 * the scope {@code routing}; to go after them takes none. What brings requests together at a replica is looked for only
 * where there are several.
 */
final class RouteWishes {
    private static final int NAME_CHARS_MAX = 100;

    private final Router router;
    private final EdgeObserver observer;

    RouteWishes(Router router, EdgeObserver observer) {
        this.router = router;
        this.observer = observer;
    }

    /**
     * @param body what was scanned
     * @throws Unroutable if the headers are wrong, or the key may not use them
     */
    RouteWish of(ApiRequest request, ServedModel model, RequestScan scan, byte[] body) {
        var headers = request.http().headers();
        var nodepool = RouteHeaders.name(headers.get(RouteHeaders.NODEPOOL));
        var deployment = RouteHeaders.name(headers.get(RouteHeaders.DEPLOYMENT));
        var priority = priority(headers.get(RouteHeaders.PRIORITY));
        if (nodepool != null) {
            permit(request, RouteHeaders.NODEPOOL + " may not be sent with this API key");
        }
        if (deployment != null) {
            permit(request, RouteHeaders.DEPLOYMENT + " may not be sent with this API key");
            if (!deployment.equals(model.id()) && !model.deployment().equals(Optional.of(deployment))) {
                throw unknownDeployment(deployment, model);
            }
        }
        if (priority > 0) {
            permit(request, RouteHeaders.PRIORITY + " above 0 may not be sent with this API key");
        }
        var affinity = model.affinity() == AffinityMode.OFF || !router.hasChoice(model.id())
                ? Optional.<AffinityKey>empty()
                : affinity(request, model.affinity(), scan, body);
        return nodepool == null && priority == 0 && affinity.isEmpty()
                ? RouteWish.NONE
                : new RouteWish(Optional.ofNullable(nodepool), priority, affinity);
    }

    private static Optional<AffinityKey> affinity(
            ApiRequest request, AffinityMode mode, RequestScan scan, byte[] body) {
        var session = request.http().headers().get(RouteHeaders.SESSION);
        if (session == null || session.isBlank()) {
            session = scan.prompt().cacheKey();
        }
        if (session != null && !session.isBlank()) {
            // The same name from somebody else is another session.
            return Optional.of(new AffinityKey.Session(request.caller().keyId() + " " + session));
        }
        return mode == AffinityMode.PREFIX ? scan.prompt().prefix(body).map(AffinityKey.class::cast) : Optional.empty();
    }

    private static int priority(@Nullable String header) {
        if (header == null) {
            return 0;
        }
        try {
            var priority = Integer.parseInt(header.strip());
            if (priority >= LeaseRequest.PRIORITY_MIN && priority <= LeaseRequest.PRIORITY_MAX) {
                return priority;
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw new Unroutable(ApiError.badRequest(
                "the header " + RouteHeaders.PRIORITY + " must be a whole number from " + LeaseRequest.PRIORITY_MIN
                        + " to " + LeaseRequest.PRIORITY_MAX + ", higher first; got \"" + shown(header) + "\"",
                null,
                "invalid_value"));
    }

    private void permit(ApiRequest request, String sentence) {
        if (!request.caller().may(Scope.ROUTING)) {
            observer.authFailed(EdgeObserver.AuthFailure.SCOPE);
            throw new Unroutable(ApiError.forbidden("the header " + sentence + ", which lacks the scope routing"));
        }
    }

    private static Unroutable unknownDeployment(String wanted, ServedModel model) {
        var known = model.deployment().map(id -> List.of(id, model.id())).orElse(List.of(model.id()));
        return new Unroutable(ApiError.refused(
                404,
                "model " + model.id() + " has no deployment \"" + shown(wanted) + "\""
                        + Nearest.hint(shown(wanted), known),
                "deployment_not_found"));
    }

    private static String shown(String text) {
        return text.length() <= NAME_CHARS_MAX ? text : text.substring(0, NAME_CHARS_MAX) + "…";
    }
}
