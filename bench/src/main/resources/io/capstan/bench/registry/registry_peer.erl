%% One node with OTP's own names (global) and groups (pg): does what its standard input says, and ends with it.
-module(registry_peer).
-export([main/0]).

-define(CLIENTS, 16).

main() ->
    ets:new(told, [named_table, public]),
    ets:insert(told, {told, 0}),
    io:format("started~n"),
    Obeying = spawn(fun obey_all/0),
    spawn(fun() -> ends_with(Obeying) end),
    listen(Obeying).

%% Whoever waits for an answer hears that there will be none.
ends_with(Obeying) ->
    Ref = monitor(process, Obeying),
    receive {'DOWN', Ref, process, _, _} -> halt(1) end.

%% Not by the process that obeys: whoever waits for what never comes is to end with us all the same.
listen(Obeying) ->
    case io:get_line("") of
        eof -> halt(0);
        Line ->
            Obeying ! {obey, string:lexemes(string:trim(Line), " ")},
            listen(Obeying)
    end.

obey_all() ->
    receive
        {obey, [Word | Arguments]} -> io:format("~s~s~n", [Word, obey(Word, Arguments)])
    end,
    obey_all().

obey("peers", Names) ->
    put(peers, [peer(Name) || Name <- Names]),
    "";
obey("sees", [Count]) ->
    wait(fun() ->
        [net_kernel:connect_node(Peer) || Peer <- get(peers) -- (nodes() ++ cut())],
        length(nodes()) =:= list_to_integer(Count)
    end),
    "";
obey("cut", Names) ->
    put(cut, [peer(Name) || Name <- Names]),
    [begin erlang:set_cookie(Peer, cut), erlang:disconnect_node(Peer) end || Peer <- cut()],
    "";
obey("heal", []) ->
    [erlang:set_cookie(Peer, erlang:get_cookie()) || Peer <- cut()],
    put(cut, []),
    "";
obey("scope", [Scope]) ->
    {ok, _} = pg:start(list_to_atom(Scope)),
    "";
obey("whereis", [Count]) ->
    yes = global:register_name({"whereis", node()}, sink()),
    N = list_to_integer(Count),
    Start = now_nanos(),
    look(N),
    io_lib:format(" ~.1f", [(now_nanos() - Start) / N]);
obey("sequential", [Prefix, Count]) ->
    Pid = sink(),
    Took = lists:sort([timed(fun() -> yes = global:register_name({Prefix, I}, Pid) end)
                       || I <- lists:seq(1, list_to_integer(Count))]),
    io_lib:format(" ~b ~b", [part(Took, 50) div 1000, part(Took, 99) div 1000]);
obey("parallel", [Prefix, Count]) ->
    Pid = sink(),
    Each = max(1, list_to_integer(Count) div ?CLIENTS),
    Start = now_nanos(),
    Clients = [spawn_monitor(fun() ->
        [yes = global:register_name({Prefix, {Client, I}}, Pid) || I <- lists:seq(1, Each)]
    end) || Client <- lists:seq(1, ?CLIENTS)],
    [receive {'DOWN', Ref, process, _, normal} -> ok end || {_, Ref} <- Clients],
    io_lib:format(" ~b", [?CLIENTS * Each * 1000000000 div max(1, now_nanos() - Start)]);
obey("fill", [Prefix, From, To]) ->
    Pid = sink(),
    [yes = global:register_name({Prefix, I}, Pid, fun global:random_notify_name/3)
     || I <- lists:seq(list_to_integer(From), list_to_integer(To) - 1)],
    "";
obey("drop", []) ->
    [exit(Pid, kill) || Pid <- sinks()],
    put(sinks, []),
    ets:insert(told, {told, 0}),
    "";
obey("gone", [Prefix]) ->
    wait(fun() -> names(Prefix) =:= [] end),
    "";
obey("purge", [Prefix, Left]) ->
    wait(fun() -> length(nodes()) =:= list_to_integer(Left) end),
    Down = now_nanos(),
    wait(fun() -> names(Prefix) =:= [] end),
    io_lib:format(" ~b", [(now_nanos() - Down) div 1000]);
obey("digest", [Prefix]) ->
    Names = names(Prefix),
    Owners = lists:sort([{Name, owner(global:whereis_name(Name))} || Name <- Names]),
    io_lib:format(" ~b ~b", [length(Names), erlang:phash2(Owners)]);
obey("told", []) ->
    io_lib:format(" ~b", [ets:lookup_element(told, told, 2)]);
obey("joins", [Scope, Count]) ->
    Pid = sink(),
    [ok = pg:join(list_to_atom(Scope), I, Pid) || I <- lists:seq(1, list_to_integer(Count))],
    "";
obey("joined", [Scope, Count]) ->
    wait(fun() -> pg:get_members(list_to_atom(Scope), list_to_integer(Count)) =/= [] end),
    wait(fun() -> length(pg:which_groups(list_to_atom(Scope))) >= list_to_integer(Count) end),
    "";
obey("parted", [Scope, _]) ->
    wait(fun() -> pg:which_groups(list_to_atom(Scope)) =:= [] end),
    "";
obey("memory", []) ->
    [erlang:garbage_collect(Pid) || Pid <- processes()],
    io_lib:format(" ~b", [erlang:memory(total)]).

peer(Name) -> list_to_atom(Name ++ "@localhost").

cut() -> case get(cut) of undefined -> []; Cut -> Cut end.

sinks() -> case get(sinks) of undefined -> []; Sinks -> Sinks end.

sink() ->
    Pid = spawn(fun take/0),
    put(sinks, [Pid | sinks()]),
    Pid.

take() ->
    receive
        {global_name_conflict, _} -> ets:update_counter(told, told, 1), take();
        _ -> take()
    end.

owner(undefined) -> none;
owner(Pid) -> node(Pid).

names(Prefix) -> [Name || {Of, _} = Name <- global:registered_names(), Of =:= Prefix].

look(0) -> ok;
look(N) ->
    true = is_pid(global:whereis_name({"whereis", node()})),
    look(N - 1).

part(Sorted, Percent) -> lists:nth(max(1, length(Sorted) * Percent div 100), Sorted).

timed(Action) ->
    Start = now_nanos(),
    Action(),
    now_nanos() - Start.

now_nanos() -> erlang:monotonic_time(nanosecond).

wait(Condition) ->
    case Condition() of
        true -> ok;
        false -> timer:sleep(1), wait(Condition)
    end.
