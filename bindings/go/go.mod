module github.com/keycard-jwt/keycard/bindings/go

go 1.21
