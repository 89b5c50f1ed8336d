package dev.forebay.bench;

/** What a round of the agent costs beside the model's turn and the tool: requests with one call of the calculator. */
final class AgentRounds {
    private static final int REQUESTS = 300;
    private static final int TURNS = 2;

    private final Run run;

    AgentRounds(Run run) {
        this.run = run;
    }

    void window(Target direct, Target gateway) throws Exception {
        var turn = run.load().inTurn(direct, Target.stream(Target.PLAIN, "10x0"), REQUESTS);
        var toolsBefore = ToolTime.of(gateway);
        var agent = run.load().inTurn(gateway, Target.whole(Target.TOOLS), REQUESTS);
        if (turn.failed() + agent.failed() > 0) {
            run.figures().note(gateway.name() + ", rounds: " + agent.failed() + " failed, window void");
            return;
        }
        var tool = ToolTime.of(gateway).since(toolsBefore);
        run.figures().add(Row.AGENT_ROUND, gateway, (agent.meanMillis() - TURNS * turn.meanMillis() - tool) / TURNS);
    }
}
