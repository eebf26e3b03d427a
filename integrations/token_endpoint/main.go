// Command token_endpoint is an authorization server (RFC 6749) for one client and one user, who
// always consents. It shows where the code challenge of PKCE (RFC 7636) is stored, where the
// verifier is checked, where a client authenticates by private_key_jwt (RFC 7523), and where it
// exchanges the grant of an identity provider (ID-JAG) for an access token.
//
//	token_endpoint [-listen ADDRESS] [-client ID] [-redirect URI]
package main

import (
	"flag"
	"log"
	"net"
	"net/http"
	"time"
)

func main() {
	listen := flag.String("listen", "localhost:8080", "where to listen")
	id := flag.String("client", "app", "the client's identifier")
	redirect := flag.String("redirect", "http://localhost:8081/callback", "where codes are sent")
	flag.Parse()

	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	server, err := NewServer("http://" + listener.Addr().String())
	if err != nil {
		log.Fatal(err)
	}
	server.SetClient(*id, Client{RedirectURI: *redirect})
	log.Printf("listening on %s", listener.Addr())
	service := http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(service.Serve(listener))
}
