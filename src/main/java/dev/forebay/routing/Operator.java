package dev.forebay.routing;

import dev.forebay.routing.LiveNodepool.Admission;
import dev.forebay.routing.Overridden.Subject;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators do to deployments, nodepools and replicas. Each change is on the disk before it takes effect, and doing
 * it again changes nothing. Methods block, so event loops must not call them; one runs at a time.
 *
 * <p>{@code by} is the public id of the operator's key.
 */
public final class Operator {
    private static final Logger log = LoggerFactory.getLogger(Operator.class);

    private final Router router;
    private final Scaler scaler;
    private final OverrideBook book;

    public Operator(Router router, Scaler scaler, Overrides overrides, InstantSource clock) {
        this.router = router;
        this.scaler = scaler;
        this.book = new OverrideBook(overrides, clock);
    }

    /** Makes what was set before the last end hold again. */
    public synchronized void restore() {
        for (var each : book.all()) {
            if (!restore(each)) {
                log.atWarn()
                        .addKeyValue("subject", each.subject().word())
                        .addKeyValue("id", each.id())
                        .addKeyValue("setting", each.setting())
                        .log("an override is for what is not there any more");
            }
        }
    }

    public synchronized List<Overridden> overrides() {
        return book.all();
    }

    /** Disabled, it refuses every request and keeps no replica. */
    public synchronized void enable(String deployment, boolean enabled, String by) {
        var configured = deployment(deployment).enabled();
        if (enabled == configured) {
            book.forget(Subject.DEPLOYMENT, deployment, Overridden.ENABLED, by);
        } else {
            book.store(Subject.DEPLOYMENT, deployment, Overridden.ENABLED, Boolean.toString(enabled), by);
        }
        router.router(deployment).intervene(all -> all.enable(enabled));
        scaler.look();
    }

    /**
     * Fixes the number of the deployment's replicas in a nodepool, whatever its load.
     *
     * @throws IllegalArgumentException if it is out of bounds, or nobody can start or stop replicas there
     */
    public synchronized void scale(String deployment, String nodepool, int replicas, String by) {
        var most = replicasMax(deployment(deployment), nodepool);
        if (replicas < 0 || replicas > most) {
            throw new IllegalArgumentException("replicas: need 0 to " + most
                    + ", the most that the configuration lets deployment " + deployment + " have in nodepool "
                    + nodepool + ", got " + replicas);
        }
        book.store(Subject.DEPLOYMENT, deployment, Overridden.REPLICAS + nodepool, Integer.toString(replicas), by);
        router.router(deployment).intervene(all -> all.fix(nodepool, replicas));
        scaler.look();
    }

    /** Back to what the configuration says; of a deployment that is not there any more, forgets what was set. */
    public synchronized void reset(String deployment, String by) {
        book.all().stream()
                .filter(each -> each.isOf(Subject.DEPLOYMENT, deployment))
                .forEach(each -> book.forget(each.subject(), each.id(), each.setting(), by));
        deployment(deployment);
        router.router(deployment).intervene(Interventions::reset);
        scaler.look();
    }

    /** Whether a nodepool gets requests, and keeps its replicas if not. */
    public synchronized void admit(String nodepool, Admission admission, String by) {
        need("nodepool", nodepool, router.nodepoolIds());
        var setting = admission == Admission.CORDONED ? Overridden.CORDONED : Overridden.DRAINING;
        if (admission != Admission.OPEN) {
            book.store(Subject.NODEPOOL, nodepool, setting, "true", by);
        }
        // The one that does not hold goes last: a crash in between leaves the nodepool without requests.
        for (var other : List.of(Overridden.CORDONED, Overridden.DRAINING)) {
            if (admission == Admission.OPEN || !other.equals(setting)) {
                book.forget(Subject.NODEPOOL, nodepool, other, by);
            }
        }
        router.change(nodepool, fleet -> fleet.admit(admission));
        scaler.look();
    }

    /** No request goes to a cordoned replica, until it is uncordoned or stops. */
    public synchronized void cordon(String replica, boolean cordoned, String by) {
        var nodepool = nodepoolOf(replica);
        // What Forebay starts is another one after the next start.
        if (!router.capacity(nodepool).scalable()) {
            if (cordoned) {
                book.store(Subject.REPLICA, replica, Overridden.CORDONED, "true", by);
            } else {
                book.forget(Subject.REPLICA, replica, Overridden.CORDONED, by);
            }
        }
        router.change(nodepool, fleet -> fleet.cordon(replica, cordoned));
    }

    /** It is stopped once it serves nobody, and replaced if it is still wanted; a server at a URL is cordoned. */
    public synchronized void drain(String replica, String by) {
        var nodepool = nodepoolOf(replica);
        if (router.capacity(nodepool).scalable()) {
            router.change(nodepool, fleet -> fleet.leave(replica));
            scaler.look();
        } else {
            cordon(replica, true, by);
        }
    }

    private boolean restore(Overridden each) {
        return switch (each.subject()) {
            case DEPLOYMENT -> restoreDeployment(each);
            case NODEPOOL -> {
                if (!router.nodepoolIds().contains(each.id())) {
                    yield false;
                }
                var cordoned = each.setting().equals(Overridden.CORDONED);
                router.change(each.id(), fleet -> fleet.admit(cordoned ? Admission.CORDONED : Admission.DRAINING));
                yield true;
            }
            case REPLICA -> {
                var found = router.replicas().stream()
                        .filter(replica -> replica.id().equals(each.id()))
                        .findFirst();
                found.ifPresent(
                        replica -> router.change(replica.nodepool(), fleet -> fleet.cordon(replica.id(), true)));
                yield found.isPresent();
            }
        };
    }

    private boolean restoreDeployment(Overridden each) {
        var known = router.deployments().stream()
                .filter(deployment -> deployment.model().equals(each.id()))
                .findFirst();
        if (known.isEmpty()) {
            return false;
        }
        var deployment = router.router(each.id());
        if (each.setting().equals(Overridden.ENABLED)) {
            deployment.intervene(all -> all.enable(Boolean.parseBoolean(each.value())));
            return true;
        }
        var nodepool = each.setting().substring(Overridden.REPLICAS.length());
        if (!deployment.uses(nodepool) || !router.capacity(nodepool).scalable()) {
            return false;
        }
        var replicas = Math.min(Integer.parseInt(each.value()), replicasMax(known.get(), nodepool));
        deployment.intervene(all -> all.fix(nodepool, replicas));
        return true;
    }

    private int replicasMax(Deployment deployment, String nodepool) {
        need("nodepool of deployment " + deployment.model(), nodepool, deployment.nodepoolIds());
        var capacity = router.capacity(nodepool);
        if (!capacity.scalable()) {
            throw new IllegalArgumentException("nodepool " + nodepool
                    + ": its servers run already, so it cannot be scaled; cordon it, or change base_url");
        }
        var rank = deployment.nodepoolIds().indexOf(nodepool);
        return Math.min(capacity.replicasMax(), deployment.maxReplicas(rank).orElse(capacity.replicas()));
    }

    private Deployment deployment(String id) {
        return router.deployments().stream()
                .filter(deployment -> deployment.model().equals(id))
                .findFirst()
                .orElseThrow(() -> new UnknownName(
                        "deployment",
                        id,
                        router.deployments().stream().map(Deployment::model).toList()));
    }

    private String nodepoolOf(String replica) {
        return router.replicas().stream()
                .filter(each -> each.id().equals(replica))
                .map(LiveReplica::nodepool)
                .findFirst()
                .orElseThrow(() -> new UnknownName(
                        "replica",
                        replica,
                        router.replicas().stream().map(LiveReplica::id).toList()));
    }

    private static void need(String what, String id, Collection<String> known) {
        if (!known.contains(id)) {
            throw new UnknownName(what, id, known);
        }
    }
}
