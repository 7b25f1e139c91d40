// A client that takes the first page for the whole list.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

type widget struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func call(method string, body any, answer any) error {
	for {
		encoded, _ := json.Marshal(body)
		request, err := http.NewRequest(method, os.Getenv("WIDGETS_API_URL")+"/api/v1/widgets", bytes.NewReader(encoded))
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+os.Getenv("WIDGETS_API_KEY"))
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if wait, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && response.StatusCode >= 400 {
			time.Sleep(time.Duration(wait) * time.Second)
			continue
		}
		if response.StatusCode >= 300 {
			return fmt.Errorf("%s got a %d", method, response.StatusCode)
		}
		return json.NewDecoder(response.Body).Decode(answer)
	}
}

func run() error {
	names := map[string]bool{"Bakery": true, "Florist": true, "Butcher": true}
	for name := range names {
		var created widget
		if err := call("POST", map[string]string{"name": name, "site_url": "https://shop.example"}, &created); err != nil {
			return err
		}
	}
	var page struct{ Data []widget }
	if err := call("GET", nil, &page); err != nil {
		return err
	}
	if len(page.Data) != len(names) {
		return fmt.Errorf("expected %d widgets, found %d", len(names), len(page.Data))
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
