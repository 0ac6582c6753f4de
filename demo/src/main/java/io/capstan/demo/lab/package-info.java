/**
 * The lab: one page over a cluster of live nodes, each a process of its own. What is cut there is cut between them; what a panel
 * shows, its node has said itself.
 *
 * <p>Read in this order: {@link io.capstan.demo.lab.Lab} (what runs), {@code LabDoor} (its HTTP), {@code Events} (what a page is
 * told), {@code Workbench} (what can be done), {@code Play} (the story). The page itself is in {@code resources/web}: plain
 * modules, nothing built, nothing loaded from elsewhere.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A panel is that node's own answer, not older than a second; a node that does not answer is shown as silent.
 *   <li>What is done by clicks is on the timeline, and the timeline can be played again: as a schedule of faults, and as a test.
 *   <li>Only pages of this door can do anything: other pages that a browser shows have no token and another origin.
 * </ul>
 *
 * <p>Not guaranteed: any protection against other users of this machine, who can read the page and so its token.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.lab;
