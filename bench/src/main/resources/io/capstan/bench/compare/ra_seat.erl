%% One process of ra (RabbitMQ's Raft): a member of the one cluster, or clients alone. Does what its standard input says, a
%% line for each line, and ends with it: the same words, clients and clock as the seats in Java have. Its command line ends with
%% the words of a Seating: its name, its directory, and the ports of all.
%%
%% It stands in for the port mapper too (-epmd_module): all ports are known, so that no daemon has to be started or ended.
-module(ra_seat).
-behaviour(ra_machine).

-export([main/0]).
-export([init/1, apply/3, read/1]).
-export([start_link/0, register_node/2, register_node/3, listen_port_please/2, port_please/2, port_please/3]).
-export([address_please/3, names/1]).

-compile({no_auto_import, [apply/3]}).

-define(CLUSTER, bench).
-define(CLIENT, "d").
-define(HOST, "127.0.0.1").
-define(TRY_MILLIS, 500).
-define(ANSWER_MILLIS_MAX, 60000).
-define(AFTER_FAILURE_MILLIS, 1).
-define(LAST_WORDS_MILLIS, 100).
-define(LOOK_MILLIS, 20).
%% So many looks until somebody else stands for election too.
-define(LOOKS, 100).
%% As in ra's own benchmark: until then nothing of the log is dropped.
-define(SNAPSHOT_ENTRIES, 100000).
%% A bucket is as wide as 1/128 of what it holds, at most.
-define(BUCKET_BITS, 8).
-define(SHIFT_MAX, 40).

main() ->
    Obeying = spawn(fun() ->
        [Name, Directory | _] = init:get_plain_arguments(),
        Name =:= ?CLIENT orelse serve(Directory),
        io:format("started~n"),
        obey_all()
    end),
    spawn(fun() -> ends_with(Obeying) end),
    listen(Obeying).

%% Whoever waits for an answer hears that there will be none, once what went wrong has been written down.
ends_with(Obeying) ->
    Ref = monitor(process, Obeying),
    receive {'DOWN', Ref, process, _, _} -> ok end,
    timer:sleep(?LAST_WORDS_MILLIS),
    halt(1).

%% Not by the process that obeys: whoever waits for what never comes is to end with us all the same.
listen(Obeying) ->
    case io:get_line("") of
        eof -> halt(0, [{flush, false}]);
        Line ->
            Obeying ! {obey, string:lexemes(string:trim(Line), " ")},
            listen(Obeying)
    end.

obey_all() ->
    receive
        {obey, [Word | Arguments]} -> io:format("~s~n", [lists:join(" ", [Word | obey(Word, Arguments)])])
    end,
    obey_all().

obey("leads", _) -> [atom_to_list(ra_leaderboard:lookup_leader(?CLUSTER) =:= own())];
%% What becomes of binaries is in no counter, and the other heaps alone would look like little.
obey("allocated", []) -> ["0"];
obey("try", []) -> [atom_to_list(write(<<0>>, servers(), ?TRY_MILLIS) =/= refused)];
obey("stamps", [Seconds, Bytes]) -> stamps(data(Bytes), servers(), now_nanos() + nanos(Seconds), []);
obey("load", [Kind, Clients, InFlight, Seconds, Bytes]) ->
    load(Kind, list_to_integer(Clients), list_to_integer(InFlight), nanos(Seconds), data(Bytes)).

%% --- the cluster ---

%% Starts the member, on its own files if it has any, and waits until it knows who leads.
serve(Directory) ->
    {ok, _} = ra:start_in(Directory),
    case ra:restart_server(default, own()) of
        ok -> await_leader(?LOOKS);
        {error, name_not_registered} ->
            %% Never another identity on the same files.
            UId = list_to_binary("bench_" ++ name(node())),
            ok = ra:start_server(default, #{
                cluster_name => ?CLUSTER,
                id => own(),
                uid => UId,
                log_init_args => #{uid => UId},
                initial_members => servers(),
                machine => {module, ?MODULE, #{}}}),
            await_leader(case hd(servers()) =:= own() of true -> 0; false -> ?LOOKS end)
    end.

%% Nobody stands for election before it is told to, or has seen a leader go: the first member is told at once.
await_leader(Looks) ->
    case is_led(Looks) of
        true -> ok;
        false ->
            ra:trigger_election(own()),
            await_leader(?LOOKS)
    end.

is_led(Looks) ->
    case ra_leaderboard:lookup_leader(?CLUSTER) of
        undefined when Looks > 0 ->
            timer:sleep(?LOOK_MILLIS),
            is_led(Looks - 1);
        undefined -> false;
        _ -> true
    end.

own() -> {?CLUSTER, node()}.

servers() -> [{?CLUSTER, list_to_atom(Name ++ "@" ++ ?HOST)} || {Name, _} <- seating(), Name =/= ?CLIENT].

seating() ->
    [_, _, All | _] = init:get_plain_arguments(),
    [{Name, list_to_integer(Port)} || [Name, Port | _] <- [string:lexemes(Each, ":") || Each <- string:lexemes(All, ",")]].

name(Node) -> hd(string:lexemes(atom_to_list(Node), "@")).

%% --- the machine: executes nothing, what is measured is the agreement ---

init(_) -> none.

apply(#{index := Index}, _, State) when Index rem ?SNAPSHOT_ENTRIES =:= 0 ->
    {State, ok, [{release_cursor, Index, State}]};
apply(_, _, State) ->
    {State, ok}.

read(State) -> State.

%% --- clients ---

%% Who answered, to be asked first the next time; refused if nobody did.
write(Data, [Last | _] = Servers, Millis) ->
    case ra:process_command(Servers, Data, Millis) of
        {ok, _, Last} -> Servers;
        {ok, _, Leader} -> first(Leader, Servers);
        _ -> refused
    end.

read(consistent, [Last | _] = Servers) ->
    case ra:consistent_query(Servers, {?MODULE, read, []}, ?ANSWER_MILLIS_MAX) of
        {ok, _, Last} -> Servers;
        {ok, _, Leader} -> first(Leader, Servers);
        _ -> refused
    end;
read(local, [Nearest | _] = Servers) ->
    case ra:local_query(Nearest, {?MODULE, read, []}, ?ANSWER_MILLIS_MAX) of
        {ok, _, _} -> Servers;
        _ -> refused
    end.

first(Leader, Servers) -> [Leader | lists:delete(Leader, Servers)].

%% Who leads comes first.
led() ->
    case ra:members(servers(), ?TRY_MILLIS) of
        {ok, _, Leader} -> first(Leader, servers());
        _ -> servers()
    end.

%% The own member; for clients elsewhere all three in turns.
nearest(Client) ->
    case lists:member(own(), servers()) of
        true -> first(own(), servers());
        false ->
            {Before, From} = lists:split(Client rem length(servers()), servers()),
            From ++ Before
    end.

%% When writes were answered, one after the other.
stamps(Data, Servers, End, Stamps) ->
    case now_nanos() < End of
        false -> lists:reverse(Stamps);
        true ->
            case write(Data, Servers, ?TRY_MILLIS) of
                refused ->
                    timer:sleep(?AFTER_FAILURE_MILLIS),
                    stamps(Data, Servers, End, Stamps);
                Led -> stamps(Data, Led, End, [integer_to_list(now_nanos()) | Stamps])
            end
    end.

%% Clients, a process each, for so long, and one request each at least, until the last is answered: done, failed, nanoseconds, and
%% of those that were done the median, the 99th percentile and the longest.
load(Kind, Clients, InFlight, Nanos, Data) ->
    Led = led(),
    Own = self(),
    Begin = now_nanos(),
    Pids = [spawn_link(fun() ->
        Own ! {self(), client(Kind, InFlight, Data, Begin + Nanos, Led, Client)}
    end) || Client <- lists:seq(0, Clients - 1)],
    Each = [receive {Pid, Came} -> Came end || Pid <- Pids],
    Spent = now_nanos() - Begin,
    Failed = lists:sum([Lost || {Lost, _, _} <- Each]),
    Longest = lists:max([Most || {_, Most, _} <- Each]),
    Buckets = [{Bucket, Count} || Bucket <- lists:seq(1, buckets()),
                                  Count <- [lists:sum([counters:get(Took, Bucket) || {_, _, Took} <- Each])],
                                  Count > 0],
    Done = lists:sum([Count || {_, Count} <- Buckets]),
    [integer_to_list(Number) || Number <- [Done, Failed, Spent, quantile(Buckets, Done, 0.5), quantile(Buckets, Done, 0.99), Longest]].

client("write", InFlight, Data, End, Led, _) when InFlight > 1 ->
    Took = counters:new(buckets(), []),
    [Leader | _] = Led,
    send(InFlight, Leader, Data),
    pipelined(InFlight, Leader, Data, End, {0, 0, Took});
client("write", 1, Data, End, Led, _) ->
    in_turn(fun(Servers) -> write(Data, Servers, ?ANSWER_MILLIS_MAX) end, Led, End);
client("read", 1, _, End, Led, _) ->
    in_turn(fun(Servers) -> read(consistent, Servers) end, Led, End);
client("stale", 1, _, End, _, Client) ->
    in_turn(fun(Servers) -> read(local, Servers) end, nearest(Client), End).

in_turn(Ask, Servers, End) -> in_turn(Ask, Servers, End, now_nanos(), {0, 0, counters:new(buckets(), [])}).

in_turn(Ask, Servers, End, Begin, Came) ->
    {Next, Then} = case Ask(Servers) of
        refused ->
            timer:sleep(?AFTER_FAILURE_MILLIS),
            {Servers, failed(1, Came)};
        Led -> {Led, took(now_nanos() - Begin, Came)}
    end,
    case now_nanos() of
        Now when Now < End -> in_turn(Ask, Next, End, Now, Then);
        _ -> Then
    end.

%% What a request is known by is when it was sent.
send(0, _, _) -> ok;
send(Times, Leader, Data) ->
    ok = ra:pipeline_command(Leader, Data, now_nanos(), normal),
    send(Times - 1, Leader, Data).

pipelined(0, _, _, _, Came) -> Came;
pipelined(UnderWay, Leader, Data, End, Came) ->
    receive
        {ra_event, _, {applied, Answers}} ->
            Now = now_nanos(),
            Then = lists:foldl(fun({Begin, _}, Until) -> took(Now - Begin, Until) end, Came, Answers),
            again(length(Answers), UnderWay, Leader, Data, End, Then);
        {ra_event, _, {rejected, {not_leader, Other, _}}} ->
            again(1, UnderWay, Other, Data, End, failed(1, Came))
    after ?ANSWER_MILLIS_MAX -> failed(UnderWay, Came)
    end.

again(Answered, UnderWay, Leader, Data, End, Came) ->
    case now_nanos() < End of
        true ->
            send(Answered, Leader, Data),
            pipelined(UnderWay, Leader, Data, End, Came);
        false -> pipelined(UnderWay - Answered, Leader, Data, End, Came)
    end.

failed(Times, {Lost, Longest, Took}) -> {Lost + Times, Longest, Took}.

%% Counted where it belongs and not kept: a list of a million of them would have to be sorted.
took(Nanos, {Lost, Longest, Took}) ->
    counters:add(Took, bucket(Nanos, 0), 1),
    {Lost, max(Longest, Nanos), Took}.

buckets() -> (?SHIFT_MAX + 1) bsl ?BUCKET_BITS.

bucket(Nanos, Shift) when Nanos >= 1 bsl ?BUCKET_BITS -> bucket(Nanos bsr 1, Shift + 1);
bucket(Nanos, Shift) -> (Shift bsl ?BUCKET_BITS) + max(0, Nanos) + 1.

quantile([], _, _) -> 0;
quantile(Buckets, Done, Part) -> below(Buckets, trunc((Done - 1) * Part)).

%% The middle of the bucket.
below([{Bucket, Count} | _], Rank) when Rank < Count ->
    Shift = (Bucket - 1) bsr ?BUCKET_BITS,
    Nanos = (Bucket - 1) band (1 bsl ?BUCKET_BITS - 1),
    ((2 * Nanos + 1) bsl Shift) div 2;
below([{_, Count} | Rest], Rank) -> below(Rest, Rank - Count).

data(Bytes) -> binary:copy(<<0>>, list_to_integer(Bytes)).

%% The words are a double of Java: 2.0, and 1.0E-4.
nanos(Seconds) -> round(list_to_float(Seconds) * 1.0e9).

%% The machine's one monotonic clock, which is System.nanoTime of Java on Linux; Erlang's own has another beginning.
now_nanos() -> os:perf_counter(nanosecond).

%% --- the port mapper's part ---

start_link() -> ignore.

register_node(Name, Port) -> register_node(Name, Port, inet).

%% Another number with every start, so that nobody takes this node for the one before it.
register_node(_, _, _) -> {ok, 4 + erlang:system_time(millisecond) rem (1 bsl 31)}.

listen_port_please(Name, _) -> {ok, port(Name)}.

port_please(Name, _) -> {port, port(Name), 6}.

port_please(Name, Host, _) -> port_please(Name, Host).

address_please(Name, _, _) -> {ok, {127, 0, 0, 1}, port(Name), 6}.

names(_) -> {error, address}.

port(Name) when is_atom(Name) -> port(atom_to_list(Name));
port(Name) ->
    {_, Port} = lists:keyfind(Name, 1, seating()),
    Port.
