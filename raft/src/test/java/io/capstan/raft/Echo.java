package io.capstan.raft;

// #echo
/** An example machine, the smallest: says again what it is told, and how often it was told anything. */
final class Echo implements StateMachine<Echo.Say, Echo.HowOften> {
    record Say(String text) implements StateMachine.Data {}

    record HowOften() implements StateMachine.Data {}

    record Said(String text, long times) implements StateMachine.Data {}

    private String last = "";
    private long times;

    @Override
    public Said handleWrite(Say command, LogEntry entry) {
        last = command.text();
        return new Said(last, ++times);
    }

    @Override
    public Said handleRead(HowOften query) {
        return new Said(last, times);
    }
}
// #echo
