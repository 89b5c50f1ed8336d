package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see and do, over sockets. */
class ControlApiTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private RunningGateway gateway;
    private AdminClient admin;

    @BeforeEach
    void start() throws Exception {
        upstream = FakeUpstream.answering(Answers.json(Answers.completion("hello")));
        begin();
    }

    private void begin() throws Exception {
        gateway = RunningGateway.start(
                folder, """
                nodepools:
                  - {id: lab, base_url: "URL", slots: 4}
                  - {id: "spare/one", base_url: "URL", slots: 4}
                  - {id: grown, command: [forebay, demo, --port, "{port}"], slots: 2, max_instances: 3}
                models:
                  - {id: "org/our:4b", aliases: [ours], nodepools: [lab, "spare/one"]}
                  - {id: demo, nodepools: [grown], autoscale: {max_replicas: 2}}
                """.replace("URL", upstream.baseUrl().toString()));
        admin = new AdminClient(gateway);
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void showsNodepoolsWithWhatUsesThem() {
        var lab = admin.json("/nodepools/lab");

        assertEquals("static", lab.path("provider").asText());
        assertEquals(1, lab.at("/replicas/ready").asInt());
        assertEquals(4, lab.path("capacity").asInt());
        assertEquals("[\"org/our:4b\"]", lab.path("deployments").toString());
        assertFalse(lab.path("cordoned").asBoolean());
        assertEquals(0, lab.at("/cold_start/measured").asInt());
        assertEquals(3, admin.json("/nodepools").path("data").size());
        assertEquals(3, admin.json("/nodepools/grown").path("max_instances").asInt());
        assertEquals("process", admin.json("/nodepools/grown").path("provider").asText());
    }

    @Test
    void aDisabledDeploymentRefusesUntilItIsEnabled() throws Exception {
        var disabled = admin.done("/deployments/org/our:4b/disable", "");
        assertFalse(disabled.path("enabled").asBoolean());
        assertEquals("disabled", disabled.at("/nodepools/0/state").asText());

        var refused = gateway.chat(RunningGateway.hello("ours"));
        assertEquals(503, refused.statusCode());
        assertTrue(refused.body().contains("is disabled"), refused.body());

        assertTrue(
                admin.done("/deployments/org/our:4b/enable", "").path("enabled").asBoolean());
        assertEquals(200, gateway.chat(RunningGateway.hello("ours")).statusCode());
        assertEquals(0, admin.json("/overrides").path("data").size());
    }

    @Test
    void theNextNodepoolTakesWhatACordonedOneWould() throws Exception {
        var cordoned = admin.done("/nodepools/lab/cordon", "");
        assertTrue(cordoned.path("cordoned").asBoolean());
        assertEquals(cordoned, admin.done("/nodepools/lab/cordon", ""));

        assertEquals(200, gateway.chat(RunningGateway.hello("ours")).statusCode());

        var places = admin.json("/deployments/org/our:4b").path("nodepools");
        assertEquals("disabled", places.path(0).path("state").asText());
        assertEquals(0, places.path(0).path("share").asDouble());
        assertEquals(1, places.path(1).path("share").asDouble());
        var explained = admin.json("/route/explain?model=ours");
        assertEquals("spare/one", explained.path("next").asText());
        assertEquals(
                "takes none: nodepool lab is cordoned",
                explained.at("/nodepools/0/why").asText());

        assertFalse(admin.done("/nodepools/spare%2Fone/uncordon", "")
                .path("cordoned")
                .asBoolean());
        assertFalse(admin.done("/nodepools/lab/uncordon", "").path("cordoned").asBoolean());
        assertEquals("lab", admin.json("/route/explain?model=ours").path("next").asText());
    }

    @Test
    void scalesByProcessesAndReplacesOneThatIsDrained() {
        var scaled = admin.done("/deployments/demo/scale", "{\"nodepool\":\"grown\",\"replicas\":1}");
        assertEquals(1, scaled.at("/nodepools/0/fixed_replicas").asInt());
        assertEquals(1, scaled.at("/nodepools/0/desired_replicas").asInt());
        admin.await(
                "/nodepools/grown",
                grown -> grown.at("/replicas/ready").asInt() == 1
                        && grown.at("/cold_start/measured").asInt() == 1);

        admin.done("/replicas/grown/0/drain", "");
        admin.await("/replicas", ControlApiTest::isReplaced);

        admin.done("/deployments/demo/scale", "{\"nodepool\":\"grown\",\"replicas\":0}");
        admin.await("/nodepools/grown", grown -> grown.path("replicas").isEmpty());
        assertFalse(admin.done("/deployments/demo/reset", "").at("/nodepools/0").has("fixed_replicas"));
    }

    private static boolean isReplaced(JsonNode replicas) {
        var ids = replicas.path("data").findValuesAsText("id");
        return ids.contains("grown/1") && !ids.contains("grown/0");
    }

    @Test
    void whatWasSetSurvivesARestart() throws Exception {
        admin.done("/deployments/demo/disable", "");
        admin.done("/nodepools/lab/drain", "");
        admin.done("/replicas/spare/one/0/cordon", "");
        var before = admin.json("/overrides").path("data");
        assertEquals(3, before.size());

        gateway.close();
        begin();

        assertEquals(before, admin.json("/overrides").path("data"));
        assertFalse(admin.json("/deployments/demo").path("enabled").asBoolean());
        assertTrue(admin.json("/nodepools/lab").path("draining").asBoolean());
        assertEquals(
                "cordoned", admin.json("/replicas/spare/one/0").path("reason").asText());
        assertEquals(
                "waits: no open nodepool has a free slot",
                admin.json("/route/explain?model=ours").path("outcome").asText());
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        refused(
                404,
                "there is no deployment \"dem\"; did you mean \"demo\"?",
                admin.post("/deployments/dem/disable", ""));
        refused(404, "there is no nodepool \"lap\"; did you mean \"lab\"?", admin.get("/nodepools/lap"));
        refused(404, "there is no nodepool \"lap\"; did you mean \"lab\"?", admin.post("/nodepools/lap/cordon", ""));
        refused(404, "there is no replica \"lab/3\"; did you mean \"lab/0\"?", admin.post("/replicas/lab/3/drain", ""));
        refused(404, "there is no model \"our\"; did you mean \"ours\"?", admin.get("/route/explain?model=our"));
        refused(404, "a nodepool takes POST at .../ID/ACTION, and", admin.post("/nodepools/lab/explode", ""));
        refused(400, "need a model: /api/v1/route/explain?model=NAME", admin.get("/route/explain"));
        refused(400, "the body is no JSON: ", admin.post("/deployments/demo/scale", "{replicas"));
        refused(400, "need a JSON object such as", admin.post("/deployments/demo/scale", ""));
        refused(
                400,
                "replicas: need a whole number",
                admin.post("/deployments/demo/scale", "{\"nodepool\":\"grown\"}"));
        refused(400, "replica: no such member; did you mean", admin.post("/deployments/demo/scale", "{\"replica\":1}"));
        refused(
                400,
                "replicas: need 0 to 2",
                admin.post("/deployments/demo/scale", "{\"nodepool\":\"grown\",\"replicas\":3}"));
        refused(
                400,
                "nodepool lab: its servers run already",
                admin.post("/deployments/org%2Four:4b/scale", "{\"nodepool\":\"lab\",\"replicas\":1}"));
        assertEquals(403, gateway.get("/api/v1/nodepools").statusCode());
        assertEquals(403, gateway.post("/api/v1/nodepools/lab/cordon", "").statusCode());
        assertEquals(0, admin.json("/overrides").path("data").size());
    }

    private static void refused(int status, String message, HttpResponse<String> answer) throws Exception {
        assertEquals(status, answer.statusCode(), answer.body());
        var said = RunningGateway.json(answer).at("/error/message").asText();
        assertTrue(said.startsWith(message), said);
    }

    @Test
    void explainsByTheRuleThatHolds() {
        var explained = admin.json("/route/explain?model=local/main/models/demo");

        assertEquals("demo", explained.path("deployment").asText());
        assertEquals(
                "waits: no open nodepool has a free slot",
                explained.path("outcome").asText());
        assertFalse(explained.has("next"));
        var grown = explained.at("/nodepools/0");
        assertEquals("idle", grown.path("state").asText());
        assertEquals(
                "open, because it is the first; no slot is free",
                grown.path("why").asText());
        assertEquals(1000, grown.at("/load/queue_age_threshold_ms").asInt());
        assertEquals(8, grown.at("/load/queue_amount_threshold").asInt());
        assertFalse(grown.path("at_limit").asBoolean());
        assertTrue(grown.at("/eta_gate/on").asBoolean());
        assertTrue(admin.json("/route/explain?model=ours")
                .at("/nodepools/1/why")
                .asText()
                .equals("closed, because lab has a free slot"));
    }
}
