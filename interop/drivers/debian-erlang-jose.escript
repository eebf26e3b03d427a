%% jose with jiffy: Debian's package alone cannot write JSON.
main(_) ->
    {ok, _} = application:ensure_all_started(jose),
    jose:json_module(jose_json_jiffy),
    {ok, Text} = read(<<>>),
    Asked = jiffy:decode(Text, [return_maps]),
    Claims = maps:get(<<"claims">>, Asked),
    Made = [{<<"ES256">>, {ec, <<"P-256">>}}, {<<"ES512">>, {ec, <<"P-521">>}}, {<<"EdDSA">>, {okp, 'Ed25519'}}, {<<"RS256">>, {rsa, 2048}}],
    Outputs = lists:append([outputs(Alg, Kind, Claims) || {Alg, Kind} <- Made]),
    Rsa = jose_jwk:generate_key({rsa, 2048}),
    Default = [token(<<"RSA key without an algorithm">>, jose_jwt:sign(Rsa, Claims), Rsa)],
    Ec = jose_jwk:generate_key({ec, <<"P-256">>}),
    Float = [token(<<"exp as a float">>, jose_jwt:sign(Ec, #{<<"alg">> => <<"ES256">>}, Claims#{<<"exp">> => 4102444800.0}), Ec)],
    Print = jose_jwk:thumbprint(jose_jwk:from_map(maps:get(<<"jwk">>, Asked))),
    Reverse = [#{kind => reverse, name => <<"thumbprint of a key">>, 'of' => thumbprint, value => Print}],
    io:put_chars(jiffy:encode(Outputs ++ Default ++ Float ++ Reverse)).

read(Read) ->
    case io:get_line("") of
        eof -> {ok, Read};
        Line -> read(iolist_to_binary([Read, unicode:characters_to_binary(Line)]))
    end.

outputs(Alg, Kind, Claims) ->
    Key = jose_jwk:generate_key(Kind),
    Print = jose_jwk:thumbprint(Key),
    [token(Alg, jose_jwt:sign(Key, #{<<"alg">> => Alg}, Claims), Key),
     #{kind => keys, name => <<Alg/binary, " key">>, keys => public(Key)},
     #{kind => thumbprint, name => <<Alg/binary, " thumbprint">>, thumbprint => Print, keys => public(Key)}].

token(Name, Signed, Key) ->
    {_, Token} = jose_jws:compact(Signed),
    #{kind => token, name => Name, token => Token, keys => public(Key)}.

public(Key) ->
    {_, Public} = jose_jwk:to_public_map(Key),
    iolist_to_binary(jiffy:encode(Public)).
